using ActorSparse.Model.Coordination;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Recovery;

/// <summary>Logs what happens on the cluster.</summary>
internal sealed class RecoveryListener(Action<string> log) : ITrainingListener
{
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completed when the first worker has joined.</summary>
    public Task Joined => _joined.Task;

    /// <inheritdoc/>
    public void OnEpoch(EpochMetrics metrics) { }

    /// <inheritdoc/>
    public void OnStatus(RunStatus status) { }

    /// <inheritdoc/>
    public void OnEvent(RunEvent kind, string text)
    {
        try
        {
            log($"{kind}: {text}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A full disk ends no recovery; the line comes with the next one.
        }
        if (kind == RunEvent.WorkerJoined) _joined.TrySetResult();
    }
}
