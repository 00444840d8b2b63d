using ActorSparse.Model.Coordination;

namespace ActorSparse.Actors;

/// <summary>What a <see cref="RunActor"/> is to do.</summary>
/// <param name="Setup">
/// Makes what the coordinator is created with; its argument is told how the run goes. Asked again if training diverges; the state is then
/// that of the last checkpoint.
/// </param>
/// <param name="RunId">The run.</param>
/// <param name="Listener">Is told how it goes.</param>
/// <param name="Result">Completed when the run is over.</param>
/// <param name="Checkpoints">Where its checkpoints go; null for nowhere.</param>
internal sealed record RunOrder(
    Func<Akka.Actor.IActorRef, CoordinatorSetup> Setup, ulong RunId, ITrainingListener Listener, TaskCompletionSource<RunResult> Result,
    ICheckpointSink? Checkpoints = null);
