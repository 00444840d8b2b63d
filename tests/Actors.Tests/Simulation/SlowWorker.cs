using ActorSparse.Actors.Messages;
using Akka.Actor;

namespace ActorSparse.Actors.Tests.Simulation;

/// <summary>A worker who takes so long for every piece of work, and says nothing meanwhile.</summary>
internal sealed class SlowWorker : ReceiveActor
{
    public SlowWorker(WorkerSetup setup, TimeSpan time)
    {
        var worker = Context.ActorOf(WorkerActor.Props(setup with { Coordinator = Self }));
        Receive<IWorkRequest>(
            result => Context.System.Scheduler.ScheduleTellOnce(time, setup.Coordinator, result, Self),
            request => request is not WorkPulling.Request);
        Receive<PhaseTwo.StillTraining>(_ => { });
        Receive<IFromWorker>(message => setup.Coordinator.Tell(message));
        ReceiveAny(worker.Forward);
    }

    public static Props Props(WorkerSetup setup, TimeSpan time) => Akka.Actor.Props.Create(() => new SlowWorker(setup, time));
}
