using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Recovery;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Recovery;
using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>A series of recoveries whose workers are on other nodes.</summary>
/// <param name="gate">The gate, opened for it.</param>
/// <param name="runId">The run.</param>
/// <param name="over">Completed when it is over, or failed.</param>
internal sealed class ClusterRecovery(IActorRef gate, ulong runId, Task over)
{
    /// <summary>Runs an algorithm to its end: bit for bit as <see cref="IhtSteps.Run"/> does, whoever takes part. One at a time.</summary>
    /// <exception cref="Model.TrainingDivergedException">A number was not finite.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public async Task RunAsync(SampleSource samples, IhtSteps steps, CancellationToken cancellation)
    {
        var result = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gate.Tell(new RecoveryMessage.Solve(samples, steps, result), ActorRefs.NoSender);
        using var registration = cancellation.Register(() => gate.Tell(new Progress.Stop(runId), ActorRefs.NoSender));
        await (await Task.WhenAny(result.Task, over).ConfigureAwait(false)).ConfigureAwait(false);
        if (!result.Task.IsCompleted) throw new InvalidOperationException("the coordinator of the recovery stopped");
    }

    /// <summary>Tells the workers how it ended and waits until they have left.</summary>
    public Task EndAsync(RunOutcome outcome, string? error)
    {
        gate.Tell(new RecoveryMessage.End(outcome, error), ActorRefs.NoSender);
        return over;
    }
}
