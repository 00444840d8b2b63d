using System.Text.Json.Serialization;
using ActorSparse.Model.Evolution;

namespace ActorSparse.Model.Training;

/// <summary>
/// What one epoch did. The properties, in this order and in snake_case, are the columns of metrics.jsonl and metrics.csv; null where a way
/// of training has no such thing. There scores are called what they are, test_accuracy or test_rmse, and validation_accuracy where epochs are
/// evaluated on validation samples (<see cref="EvaluatedOn"/>): what is said of test samples here is said of those.
/// </summary>
public sealed record EpochMetrics
{
    /// <summary>Epoch, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Updates of the parameters since training began.</summary>
    public required long Updates { get; init; }

    /// <summary>Phase of training: "sequential", "one", "two" or "synchronous".</summary>
    public required string Phase { get; init; }

    /// <summary>Version of the coordinator's parameters.</summary>
    public long? Version { get; init; }

    /// <summary>Learning rate of the epoch's last update.</summary>
    public double LearningRate { get; init; }

    /// <summary>Mean training loss over the epoch, with dropout.</summary>
    public double Loss { get; init; }

    /// <summary>Score on the training samples, with dropout.</summary>
    public double? TrainScore { get; init; }

    /// <summary>Mean loss on the test samples.</summary>
    public double? TestLoss { get; init; }

    /// <summary>Score on the test samples, before the evolution that ends the epoch; null if they were not evaluated.</summary>
    public double? TestScore { get; init; }

    /// <summary>Best <see cref="TestScore"/> so far.</summary>
    public double? BestTestScore { get; init; }

    /// <summary>Training samples a second over the epoch's batches.</summary>
    public double SamplesPerSecond { get; init; }

    /// <summary>Stored connections of each layer after the epoch.</summary>
    public required IReadOnlyList<int> Connections { get; init; }

    /// <summary>Stored connections over possible connections of the whole network.</summary>
    public double Density { get; init; }

    /// <summary>Connections removed in or at the end of the epoch.</summary>
    public long Pruned { get; init; }

    /// <summary>Connections grown in or at the end of the epoch.</summary>
    public long Grown { get; init; }

    /// <summary>Living neurons of each hidden layer after the epoch.</summary>
    public required IReadOnlyList<int> LivingNeurons { get; init; }

    /// <summary>Mean staleness of the epoch's updates, in versions.</summary>
    public double? StalenessMean { get; init; }

    /// <summary>Largest staleness of the epoch's updates, in versions.</summary>
    public long? StalenessMax { get; init; }

    /// <summary>Gradients that the coordinator refused.</summary>
    public long? RejectedUpdates { get; init; }

    /// <summary>Workers alive at the end of the epoch.</summary>
    public int? WorkersAlive { get; init; }

    /// <summary>Bytes of messages that the coordinator sent to other nodes during the epoch.</summary>
    public long? BytesSent { get; init; }

    /// <summary>Bytes of messages that the coordinator got from other nodes during the epoch.</summary>
    public long? BytesReceived { get; init; }

    /// <summary>Seconds of the epoch's batches: filling, forward, backward, update.</summary>
    public double TrainSeconds { get; init; }

    /// <summary>Seconds of the epoch's evaluation.</summary>
    public double EvaluateSeconds { get; init; }

    /// <summary>Seconds of evolution and pruning.</summary>
    public double EvolveSeconds { get; init; }

    /// <summary>
    /// Floating-point operations of the epoch's products with connections and of its evolutions, evaluation left out; see
    /// <see cref="BatchGradient.CountOperations"/>. Null where they are not counted.
    /// </summary>
    public long? FloatingPointOperations { get; init; }

    /// <summary>Training samples of the epoch.</summary>
    public long SampleCount { get; init; }

    /// <summary>What epochs are evaluated on. Not a column.</summary>
    [JsonIgnore]
    public EvaluationRole EvaluatedOn { get; init; }

    /// <summary>What the scores are. Not a column.</summary>
    [JsonIgnore]
    public ScoreKind ScoreKind { get; init; } = ScoreKind.Accuracy;

    /// <summary>
    /// The other measures on the test samples, in the order of <see cref="ScoreKind.Further"/>: a column each, after all others. Null if
    /// they were not evaluated.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<double>? TestFurther { get; init; }

    /// <summary>What the epoch's guided evolutions took. Not a column.</summary>
    [JsonIgnore]
    public EvolutionCost EvolutionCost { get; init; }
}
