using Akka.Configuration;
using Akka.Dispatch;

namespace Akka.Simulation.Internal;

/// <summary>Takes the place of every type of dispatcher; the system makes it from its name.</summary>
internal sealed class SimulationDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly SimulationDispatcher _dispatcher;

    public SimulationDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
        var simulation = prerequisites.Settings.Setup.Get<SimulationSetup>().Value.Simulation;
        ((SimulationScheduler)prerequisites.Scheduler).Attach(simulation);
        _dispatcher = new(this, Config.GetString("id"), simulation);
    }

    public override MessageDispatcher Dispatcher() => _dispatcher;
}
