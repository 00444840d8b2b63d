using ActorSparse.Actors.Messages;
using ActorSparse.Actors.State;
using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>Lets the gate know as well where the run stands, and adds what its links carried.</summary>
internal sealed class GateListener(ITrainingListener inner, ulong runId, LinkTraffic traffic) : ITrainingListener
{
    public IActorRef Gate { get; set; } = ActorRefs.Nobody;

    public void OnEpoch(EpochSummary summary) => inner.OnEpoch(summary with { Status = Counted(summary.Status) });

    public void OnStatus(RunStatus status)
    {
        var counted = Counted(status);
        Gate.Tell(new Progress.Running(runId, counted), ActorRefs.NoSender);
        inner.OnStatus(counted);
    }

    private RunStatus Counted(RunStatus status) =>
        status with { BytesSent = traffic.BytesSent, BytesReceived = traffic.BytesReceived };

    public void OnEvent(RunEvent kind, string text) => inner.OnEvent(kind, text);
}
