using ActorSparse.Model.Coordination;
using Akka.Actor;

namespace ActorSparse.Actors.Recovery;

/// <summary>A series of recoveries.</summary>
/// <param name="Setup">Makes what the coordinator is created with; its argument is told how it goes.</param>
/// <param name="RunId">The run.</param>
/// <param name="Listener">Is told what happens.</param>
/// <param name="Result">Completed when it is over.</param>
internal sealed record RecoveryOrder(
    Func<IActorRef, RecoverySetup> Setup, ulong RunId, ITrainingListener Listener, TaskCompletionSource Result) : RunOrder(RunId, Listener)
{
    /// <inheritdoc/>
    public override Props Coordinator(IActorRef self) => RecoveryCoordinatorActor.Props(Setup(self));

    /// <inheritdoc/>
    public override bool TryFail(Exception failure) => Result.TrySetException(failure);

    /// <inheritdoc/>
    public override void Conclude(RunResult? result, Exception? failure)
    {
        if (failure is null) Result.TrySetResult();
        else Result.TrySetException(failure);
    }
}
