using Akka.Actor;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace Akka.Simulation.Internal;

/// <summary>Hands everything that actors send, and every mailbox that has to run, to the simulation.</summary>
internal sealed class SimulationDispatcher : MessageDispatcher
{
    private readonly ActorSimulation _simulation;

    internal SimulationDispatcher(SimulationDispatcherConfigurator configurator, ActorSimulation simulation)
        : base(configurator)
    {
        _simulation = simulation;
        Throughput = 1;
    }

    protected override void ExecuteTask(IRunnable run) => _simulation.AddReady(run);

    internal override Mailbox CreateMailbox(ActorCell cell) => new SimulationMailbox(cell, this);

    internal override void Dispatch(ActorCell receiver, in Envelope envelope) =>
        _simulation.Send((SimulationMailbox)receiver.Mailbox, envelope);

    internal override void SystemDispatch(ActorCell receiver, SystemMessage message)
    {
        _simulation.CheckThread(message);
        base.SystemDispatch(receiver, message);
    }
}
