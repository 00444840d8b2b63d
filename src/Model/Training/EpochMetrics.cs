using ActorSparse.Model.Evolution;

namespace ActorSparse.Model.Training;

/// <summary>What one epoch did: a row of the metrics file.</summary>
public sealed record EpochMetrics
{
    /// <summary>Number of the epoch, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Phase of training in which the epoch ended.</summary>
    public required string Phase { get; init; }

    /// <summary>Updates applied since training began.</summary>
    public required long UpdateCount { get; init; }

    /// <summary>Training samples of this epoch.</summary>
    public required long SampleCount { get; init; }

    /// <summary>Learning rate of the epoch's last update.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Mean loss over the epoch's training samples, each as its batch found the network, under dropout.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>Fraction of the epoch's training samples classified rightly, as <see cref="TrainLoss"/>.</summary>
    public required double TrainAccuracy { get; init; }

    /// <summary>Mean loss on the test set after the epoch; null if it was not evaluated.</summary>
    public double? TestLoss { get; init; }

    /// <summary>Accuracy on the test set after the epoch, 0 to 1; null if it was not evaluated.</summary>
    public double? TestAccuracy { get; init; }

    /// <summary>Best test accuracy up to this epoch; null before the first evaluation.</summary>
    public double? BestTestAccuracy { get; init; }

    /// <summary>Seconds spent on batches: filling, forward, backward, update.</summary>
    public required double TrainSeconds { get; init; }

    /// <summary>Seconds spent on evaluating.</summary>
    public required double EvaluateSeconds { get; init; }

    /// <summary>Seconds spent on evolution and pruning.</summary>
    public required double EvolveSeconds { get; init; }

    /// <summary>Connections of each layer after the epoch's evolution.</summary>
    public required IReadOnlyList<int> Connections { get; init; }

    /// <summary>Living neurons of each hidden layer after the epoch.</summary>
    public required IReadOnlyList<int> LivingNeurons { get; init; }

    /// <summary>Connections removed in or after the epoch, by evolution and importance pruning.</summary>
    public long PrunedCount { get; init; }

    /// <summary>Connections grown in or after the epoch.</summary>
    public long GrownCount { get; init; }

    /// <summary>Connections that should have been grown but found no empty position.</summary>
    public long MissingGrowth { get; init; }

    /// <summary>
    /// Floating-point operations of the epoch's products with connections and of its evolutions, evaluation left out; see
    /// <see cref="BatchGradient.CountOperations"/>. Null where they are not counted.
    /// </summary>
    public long? FloatingPointOperations { get; init; }

    /// <summary>What the epoch's guided evolutions took.</summary>
    public EvolutionCost EvolutionCost { get; init; }

    /// <summary>Training samples a second while training.</summary>
    public double SamplesPerSecond => TrainSeconds > 0 ? SampleCount / TrainSeconds : 0;
}
