using ActorSparse.Model.Coordination;
using ActorSparse.Model.Training;

namespace ActorSparse.Actors.Tests.Support;

/// <summary>Keeps copies of the states that are written.</summary>
internal sealed class RecordingSink : ICheckpointSink
{
    private readonly Lock _lock = new();
    private readonly List<RunState> _states = [];
    private readonly List<EpochMetrics?> _metrics = [];

    public Action? WhenRead { get; init; }

    public int Count
    {
        get { lock (_lock) return _states.Count; }
    }

    public RunState this[int index]
    {
        get { lock (_lock) return _states[index].Copy(); }
    }

    public IReadOnlyList<EpochMetrics?> Metrics
    {
        get { lock (_lock) return [.. _metrics]; }
    }

    public void Write(RunState state, EpochMetrics? metrics, bool isBest)
    {
        lock (_lock)
        {
            _states.Add(state.Copy());
            _metrics.Add(metrics);
        }
    }

    public RunState? ReadLast()
    {
        WhenRead?.Invoke();
        lock (_lock) return _states.Count == 0 ? null : _states[^1].Copy();
    }
}
