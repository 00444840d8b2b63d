using ActorSparse.Model.Training;

namespace ActorSparse.Model.Coordination;

/// <summary>Sums over batches of an epoch.</summary>
/// <param name="Batches">Number of batches.</param>
/// <param name="LossSum">Sum of the samples' losses.</param>
/// <param name="SampleCount">Number of samples.</param>
/// <param name="CorrectCount">Samples whose class the network, under dropout, got right.</param>
public readonly record struct TrainingTally(int Batches, double LossSum, long SampleCount, long CorrectCount)
{
    /// <summary>These sums with one batch more.</summary>
    public TrainingTally Plus(BatchResult result) => new(
        Batches + 1, LossSum + result.MeanLoss * result.SampleCount, SampleCount + result.SampleCount, CorrectCount + result.CorrectCount);

    /// <summary>These sums with those of other batches.</summary>
    public TrainingTally Plus(TrainingTally other) => new(
        Batches + other.Batches, LossSum + other.LossSum, SampleCount + other.SampleCount, CorrectCount + other.CorrectCount);
}
