namespace ActorSparse.Actors.State;

/// <summary>
/// Whether the average of a round's replicas is taken. Networks that drifted apart can have an average at chance; one that is clearly worse
/// than what it averages is not taken, and the best replica is in its place.
/// </summary>
/// <param name="IsTaken">Whether the average is taken.</param>
/// <param name="AverageLoss">Mean loss of the average on training samples, without dropout.</param>
/// <param name="ReplicaLoss">Mean over the replicas of the loss over the last epoch of each, under dropout; 0 if none is known.</param>
/// <param name="BestShard">The shard whose replica has the lowest such loss, the first of equal ones; -1 if none is known.</param>
/// <param name="BestLoss">That loss.</param>
public readonly record struct AverageVerdict(bool IsTaken, double AverageLoss, double ReplicaLoss, int BestShard, double BestLoss)
{
    // Dropout makes the replicas' losses the higher ones where all is well. The factor leaves room for a sample that is harder than the
    // rest, the margin for losses near 0, where a factor means nothing.
    private const double LossFactor = 1.25;
    private const double LossMargin = 0.05;

    /// <summary>Judges an average by its loss and the sums over the last epoch of every shard's replica.</summary>
    public static AverageVerdict Of(double averageLoss, IReadOnlyList<TrainingTally> replicas)
    {
        ArgumentNullException.ThrowIfNull(replicas);
        var (sum, known, best, bestLoss) = (0.0, 0, -1, 0.0);
        for (var shard = 0; shard < replicas.Count; shard++)
        {
            if (replicas[shard].SampleCount == 0) continue;
            var loss = replicas[shard].LossSum / replicas[shard].SampleCount;
            sum += loss;
            known++;
            if (best < 0 || loss < bestLoss) (best, bestLoss) = (shard, loss);
        }
        // Accounts of an older version do not have them: there is nothing to compare with.
        if (best < 0) return new(true, averageLoss, 0, best, bestLoss);
        var mean = sum / known;
        // Not a number is not within any bound.
        return new(averageLoss <= LossFactor * mean + LossMargin, averageLoss, mean, best, bestLoss);
    }
}
