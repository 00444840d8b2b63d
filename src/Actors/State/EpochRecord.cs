using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution;

namespace ActorSparse.Actors.State;

/// <summary>An epoch that is over, until everything that is to be said of it is known.</summary>
internal sealed class EpochRecord
{
    public required int Epoch { get; init; }

    public required TrainingTally Tally { get; init; }

    public required double LearningRate { get; init; }

    public required double Seconds { get; init; }

    public required double StalenessMean { get; init; }

    public required long StalenessMax { get; init; }

    /// <summary>Where the run stood when the epoch ended, to be evaluated and written.</summary>
    public required RunState State { get; init; }

    /// <summary>The same in a few numbers; the connections are those after the evolution.</summary>
    public required RunStatus Status { get; set; }

    /// <summary>Living neurons of every hidden layer after the evolution.</summary>
    public required IReadOnlyList<int> LivingNeurons { get; set; }

    /// <summary>Number of the evaluation that is under way; null if none is.</summary>
    public long? EvaluationId { get; set; }

    public bool AwaitsEvolution { get; set; }

    public double? TestAccuracy { get; set; }

    public double? TestLoss { get; set; }

    public double EvaluateSeconds { get; set; }

    public EvolutionSummary Evolution { get; set; }

    public double EvolveSeconds { get; set; }

    public bool IsComplete => EvaluationId is null && !AwaitsEvolution;
}
