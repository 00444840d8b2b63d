using ActorSparse.Model.Training;

namespace ActorSparse.Model.Coordination;

/// <summary>Sums over batches of an epoch.</summary>
/// <param name="Batches">Number of batches.</param>
/// <param name="LossSum">Sum of the samples' losses.</param>
/// <param name="SampleCount">Number of samples.</param>
/// <param name="ScoreSum">First of the two sums of the score (<see cref="ScoreKind"/>), under dropout.</param>
/// <param name="ScoreWeight">The other one.</param>
internal readonly record struct TrainingTally(int Batches, double LossSum, long SampleCount, double ScoreSum, double ScoreWeight)
{
    /// <summary>
    /// Whether the score can be that of so many samples, whoever says so. Where the loss is not finite, which is judged by itself, squared
    /// errors need not be either.
    /// </summary>
    public bool HasPlausibleScore(ScoreKind kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return kind.IsPlausible(ScoreSum, ScoreWeight, SampleCount) || (kind.IsError && !double.IsFinite(LossSum));
    }

    /// <summary>These sums with one batch more.</summary>
    public TrainingTally Plus(BatchResult result) => new(
        Batches + 1, LossSum + result.MeanLoss * result.SampleCount, SampleCount + result.SampleCount, ScoreSum + result.ScoreSum,
        ScoreWeight + result.ScoreWeight);

    /// <summary>These sums with those of other batches.</summary>
    public TrainingTally Plus(TrainingTally other) => new(
        Batches + other.Batches, LossSum + other.LossSum, SampleCount + other.SampleCount, ScoreSum + other.ScoreSum,
        ScoreWeight + other.ScoreWeight);
}
