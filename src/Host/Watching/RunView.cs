using ActorSparse.Host.Progress;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Watching;

/// <summary>Where a run stands at one moment, and how it came there.</summary>
internal sealed record RunView
{
    /// <summary>Name of the run.</summary>
    public required string Name { get; init; }

    /// <summary>Epochs of the run.</summary>
    public required int Epochs { get; init; }

    /// <summary>The network's layers.</summary>
    public required IReadOnlyList<WatchedLayer> Layers { get; init; }

    /// <summary>Connections of each now.</summary>
    public required IReadOnlyList<int> Connections { get; init; }

    /// <summary>Where it is in an epoch; null before it began.</summary>
    public TrainingProgress? Progress { get; init; }

    /// <summary>What the coordinator says; null without workers, and before it said anything.</summary>
    public RunStatus? Status { get; init; }

    /// <summary>Training samples a second over the last moments; null until that is known.</summary>
    public double? SamplesPerSecond { get; init; }

    /// <summary>The same of each worker, by name.</summary>
    public required IReadOnlyDictionary<string, double> WorkerRates { get; init; }

    /// <summary>Rows of epochs, thinned if there are very many.</summary>
    public required IReadOnlyList<EpochMetrics> Rows { get; init; }

    /// <summary>The last of them; null before the first.</summary>
    public EpochMetrics? LastRow => Rows.Count > 0 ? Rows[^1] : null;

    /// <summary>Connections removed since this process began the run.</summary>
    public required long Pruned { get; init; }

    /// <summary>Connections grown since then.</summary>
    public required long Grown { get; init; }

    /// <summary>Mean loss of the samples of short times, by epochs; thinned.</summary>
    public required IReadOnlyList<(double X, double? Y)> Losses { get; init; }

    /// <summary>The last lines of events.log.</summary>
    public required IReadOnlyList<(DateTimeOffset Time, string Text)> Events { get; init; }

    /// <summary>How often each kind of event came.</summary>
    public required IReadOnlyDictionary<RunEvent, long> EventCounts { get; init; }

    /// <summary>Whether checkpoints cannot be written now.</summary>
    public bool IsUnwritten { get; init; }
}
