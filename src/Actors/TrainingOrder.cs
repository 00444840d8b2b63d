using ActorSparse.Model.Coordination;
using Akka.Actor;

namespace ActorSparse.Actors;

/// <summary>A training.</summary>
/// <param name="Setup">
/// Makes what the coordinator is created with; its argument is told how the run goes. Asked again if training diverges; the state is then
/// that of the last checkpoint.
/// </param>
/// <param name="RunId">The run.</param>
/// <param name="Listener">Is told how it goes.</param>
/// <param name="Result">Completed when the run is over.</param>
/// <param name="Checkpoints">Where its checkpoints go; null for nowhere.</param>
internal sealed record TrainingOrder(
    Func<IActorRef, CoordinatorSetup> Setup, ulong RunId, ITrainingListener Listener, TaskCompletionSource<RunResult> Result,
    ICheckpointSink? Checkpoints = null) : RunOrder(RunId, Listener)
{
    /// <summary>
    /// Where a run began that continues another, and writes nothing that could be read back; a copy, null of others.
    /// </summary>
    public RunState? Beginning { get; set; }

    /// <inheritdoc/>
    public override Props Coordinator(IActorRef self)
    {
        var setup = Setup(self);
        if (Checkpoints is null && setup.State.Updates > 0 && setup.State.RateScale == 1) Beginning = setup.State.Copy();
        return CoordinatorActor.Props(setup);
    }

    /// <inheritdoc/>
    public override bool TryFail(Exception failure) => Result.TrySetException(failure);

    /// <inheritdoc/>
    public override void Conclude(RunResult? result, Exception? failure)
    {
        if (result is not null) Result.TrySetResult(result);
        else Result.TrySetException(failure ?? new InvalidOperationException("the coordinator stopped before the run was over"));
    }
}
