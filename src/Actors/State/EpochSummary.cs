using ActorSparse.Model.Evolution;

namespace ActorSparse.Actors.State;

/// <summary>What happened in an epoch.</summary>
public sealed record EpochSummary
{
    /// <summary>The epoch, counted from 0.</summary>
    public required int Epoch { get; init; }

    /// <summary>Sums over its batches.</summary>
    public required TrainingTally Tally { get; init; }

    /// <summary>Seconds from the end of the epoch before, or the start of the run, to its end.</summary>
    public required double Seconds { get; init; }

    /// <summary>Mean staleness of its updates; 0 in phase two.</summary>
    public required double StalenessMean { get; init; }

    /// <summary>Largest staleness of its updates.</summary>
    public required long StalenessMax { get; init; }

    /// <summary>Learning rate of its last update.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Share of the test samples classified right; null if it was not measured.</summary>
    public required double? TestAccuracy { get; init; }

    /// <summary>Mean loss over the test samples; null if it was not measured.</summary>
    public required double? TestLoss { get; init; }

    /// <summary>Best accuracy on the test set so far; null before the first evaluation.</summary>
    public required double? BestTestAccuracy { get; init; }

    /// <summary>Seconds that the evaluation took, beside training.</summary>
    public required double EvaluateSeconds { get; init; }

    /// <summary>Seconds that computing the evolution took, beside training.</summary>
    public required double EvolveSeconds { get; init; }

    /// <summary>What the evolution after the epoch (phase two: before it) removed and grew, of all replicas together.</summary>
    public required EvolutionSummary Evolution { get; init; }

    /// <summary>Living neurons of every hidden layer.</summary>
    public required IReadOnlyList<int> LivingNeurons { get; init; }

    /// <summary>Where the run stood when the epoch ended; the connections are those after the evolution.</summary>
    public required RunStatus Status { get; init; }
}
