using System.Collections.Concurrent;
using ActorSparse.Actors.State;

namespace ActorSparse.Actors.Tests.Support;

internal sealed class RecordingListener : ITrainingListener
{
    public ConcurrentQueue<EpochSummary> Epochs { get; } = new();

    public ConcurrentQueue<(RunEvent Kind, string Text)> Events { get; } = new();

    public Action<EpochSummary>? WhenEpoch { get; init; }

    public void OnEpoch(EpochSummary summary)
    {
        Epochs.Enqueue(summary);
        WhenEpoch?.Invoke(summary);
    }

    public void OnStatus(RunStatus status) { }

    public void OnEvent(RunEvent kind, string text) => Events.Enqueue((kind, text));
}
