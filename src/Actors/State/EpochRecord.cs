using ActorSparse.Model.Evolution;

namespace ActorSparse.Actors.State;

/// <summary>An epoch that is over, until everything that is to be said of it is known.</summary>
internal sealed class EpochRecord
{
    public required int Epoch { get; init; }

    public required TrainingTally Tally { get; init; }

    public required double LearningRate { get; init; }

    /// <summary>Where the run stood when the epoch ended, to be evaluated and written.</summary>
    public required RunState State { get; init; }

    /// <summary>Number of the evaluation that is under way; null if none is.</summary>
    public long? EvaluationId { get; set; }

    public bool AwaitsEvolution { get; set; }

    public int WaitingTicks { get; set; }

    public double? TestAccuracy { get; set; }

    public double? TestLoss { get; set; }

    public double EvaluateSeconds { get; set; }

    public EvolutionSummary Evolution { get; set; }

    public double EvolveSeconds { get; set; }

    public bool IsComplete => EvaluationId is null && !AwaitsEvolution;
}
