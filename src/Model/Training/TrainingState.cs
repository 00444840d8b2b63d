using System.Text.Json.Serialization;
using ActorSparse.Model.Evolution;

namespace ActorSparse.Model.Training;

/// <summary>
/// Where a training run stands, apart from the network: with the same network, data and options, a trainer that starts from it goes on as
/// if it had never stopped, bit for bit. All randomness is a function of the seed and these counters.
/// </summary>
internal sealed record TrainingState
{
    /// <summary>The run's seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The epoch in progress, counted from 0: the number of epochs completed.</summary>
    public int Epoch { get; init; }

    /// <summary>The next batch of this epoch, counted from 0.</summary>
    public int Batch { get; init; }

    /// <summary>Updates applied so far.</summary>
    public long UpdateCount { get; init; }

    /// <summary>Learning rate of the last update, which momentum correction compares with; 0 before the first.</summary>
    public double LastLearningRate { get; init; }

    /// <summary>Best score on the samples that epochs are evaluated on so far; null before the first evaluation.</summary>
    public double? BestTestScore { get; init; }

    /// <summary>How that went on; null where there are no validation samples, and before the first evaluation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValidationProgress? Validation { get; init; }

    /// <summary>What the learning rate of all that follows is multiplied by: less than 1 once the run has diverged.</summary>
    public double RateScale { get; init; } = 1;

    /// <summary>Lowest mean training loss of an epoch so far; null before the end of the first.</summary>
    public double? BestEpochLoss { get; init; }

    /// <summary>Sum of the losses of this epoch's samples so far.</summary>
    public double EpochLossSum { get; init; }

    /// <summary>Samples of this epoch so far.</summary>
    public long EpochSampleCount { get; init; }

    /// <summary>First of the two sums of this epoch's score so far (<see cref="ScoreKind"/>).</summary>
    public double EpochScoreSum { get; init; }

    /// <summary>The other one.</summary>
    public double EpochScoreWeight { get; init; }

    /// <summary>Seconds spent on this epoch's batches so far.</summary>
    public double EpochTrainSeconds { get; init; }

    /// <summary>Floating-point operations of this epoch's batches so far.</summary>
    public long EpochOperations { get; init; }

    /// <summary>What this epoch's evolutions between batches changed so far.</summary>
    public EvolutionSummary EpochEvolution { get; init; }

    /// <summary>What they took.</summary>
    public EvolutionCost EpochEvolutionCost { get; init; }

    /// <summary>Seconds spent on them.</summary>
    public double EpochEvolveSeconds { get; init; }

    /// <summary>
    /// Where a run that diverged later is tried again: here, at a lower learning rate. Velocities stay as they are, since they fade anyway.
    /// </summary>
    public TrainingState ForRetry() => this with
    {
        RateScale = RateScale * Divergence.RetryRateScale,
        LastLearningRate = LastLearningRate * Divergence.RetryRateScale,
    };

    /// <summary>The state after an evolution with a batch, before the batch's update.</summary>
    internal TrainingState AfterEvolution(NetworkEvolution evolution, TimeSpan elapsed) =>
        AfterEvolution(default(EvolutionSummary).Plus(evolution.Changes), evolution.Cost, elapsed);

    /// <summary>The state after an evolution that changed and took so much.</summary>
    internal TrainingState AfterEvolution(EvolutionSummary summary, EvolutionCost cost, TimeSpan elapsed) => this with
    {
        EpochEvolution = EpochEvolution + summary,
        EpochEvolutionCost = EpochEvolutionCost + cost,
        EpochEvolveSeconds = EpochEvolveSeconds + elapsed.TotalSeconds,
    };

    /// <summary>The state after one more batch.</summary>
    internal TrainingState AfterBatch(BatchResult result, long operations, ModelUpdater updater, TimeSpan elapsed) => this with
    {
        Batch = Batch + 1,
        UpdateCount = UpdateCount + 1,
        LastLearningRate = updater.LastLearningRate,
        EpochLossSum = EpochLossSum + result.MeanLoss * result.SampleCount,
        EpochSampleCount = EpochSampleCount + result.SampleCount,
        EpochScoreSum = EpochScoreSum + result.ScoreSum,
        EpochScoreWeight = EpochScoreWeight + result.ScoreWeight,
        EpochTrainSeconds = EpochTrainSeconds + elapsed.TotalSeconds,
        EpochOperations = EpochOperations + operations,
    };

    /// <summary>The state where training begins anew, with rates and losses that those before say nothing of.</summary>
    internal TrainingState AtNewRound() => this with { LastLearningRate = 0, BestEpochLoss = null };

    /// <summary>The state at the beginning of the next epoch.</summary>
    internal TrainingState AfterEpoch(double? bestTestScore, ValidationProgress? validation) => this with
    {
        Epoch = Epoch + 1,
        Batch = 0,
        BestTestScore = bestTestScore,
        Validation = validation,
        BestEpochLoss = Math.Min(EpochLossSum / EpochSampleCount, BestEpochLoss ?? double.PositiveInfinity),
        EpochLossSum = 0,
        EpochSampleCount = 0,
        EpochScoreSum = 0,
        EpochScoreWeight = 0,
        EpochTrainSeconds = 0,
        EpochOperations = 0,
        EpochEvolution = default,
        EpochEvolutionCost = default,
        EpochEvolveSeconds = 0,
    };
}
