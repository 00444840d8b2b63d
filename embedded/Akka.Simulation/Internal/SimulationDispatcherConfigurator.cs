using Akka.Configuration;
using Akka.Dispatch;

namespace Akka.Simulation.Internal;

/// <summary>The one dispatcher of a simulated system, whatever dispatcher an actor asks for.</summary>
internal sealed class SimulationDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly SimulationDispatcher _dispatcher;

    internal SimulationDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites, ActorSimulation simulation)
        : base(config, prerequisites)
    {
        _dispatcher = new SimulationDispatcher(this, simulation);
    }

    public override MessageDispatcher Dispatcher() => _dispatcher;
}
