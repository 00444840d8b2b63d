using System.Collections.Concurrent;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Training;

namespace ActorSparse.Actors.Tests.Support;

internal sealed class RecordingListener : ITrainingListener
{
    public ConcurrentQueue<EpochMetrics> Epochs { get; } = new();

    public ConcurrentQueue<(RunEvent Kind, string Text)> Events { get; } = new();

    public Action<EpochMetrics>? WhenEpoch { get; init; }

    public Action<RunEvent>? WhenEvent { get; init; }

    public void OnEpoch(EpochMetrics summary)
    {
        Epochs.Enqueue(summary);
        WhenEpoch?.Invoke(summary);
    }

    public void OnStatus(RunStatus status) { }

    public void OnEvent(RunEvent kind, string text)
    {
        Events.Enqueue((kind, text));
        WhenEvent?.Invoke(kind);
    }
}
