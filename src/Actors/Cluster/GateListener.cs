using ActorSparse.Actors.Messages;
using ActorSparse.Actors.State;
using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>Lets the gate know as well where the run stands.</summary>
internal sealed class GateListener(ITrainingListener inner, ulong runId) : ITrainingListener
{
    public IActorRef Gate { get; set; } = ActorRefs.Nobody;

    public void OnEpoch(EpochSummary summary) => inner.OnEpoch(summary);

    public void OnStatus(RunStatus status)
    {
        Gate.Tell(new Progress.Running(runId, status), ActorRefs.NoSender);
        inner.OnStatus(status);
    }

    public void OnEvent(RunEvent kind, string text) => inner.OnEvent(kind, text);
}
