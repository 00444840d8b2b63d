namespace ActorSparse.Model.Coordination;

/// <summary>
/// Whether the average of a round's replicas is taken. Networks that drifted apart can have an average at chance; one that is clearly worse
/// than what it averages is not taken, and the best replica is in its place.
/// </summary>
/// <param name="IsTaken">Whether the average is taken.</param>
/// <param name="AverageLoss">Mean loss of the average.</param>
/// <param name="ReplicaLoss">Mean over the replicas of their losses, of those that are finite; 0 if none is.</param>
/// <param name="BestShard">The shard whose replica has the lowest loss, the first of equal ones; -1 if none is finite.</param>
/// <param name="BestLoss">That loss.</param>
internal readonly record struct AverageVerdict(bool IsTaken, double AverageLoss, double ReplicaLoss, int BestShard, double BestLoss)
{
    // The factor leaves room for an average that training makes good in a few updates, the margin for losses near 0, where a factor means
    // nothing.
    private const double LossFactor = 1.25;
    private const double LossMargin = 0.05;

    /// <summary>Judges an average by its mean loss and that of every shard's replica; one that is not finite is not known.</summary>
    public static AverageVerdict Of(double averageLoss, IReadOnlyList<double> replicaLosses)
    {
        ArgumentNullException.ThrowIfNull(replicaLosses);
        var (sum, known, best) = (0.0, 0, -1);
        for (var shard = 0; shard < replicaLosses.Count; shard++)
        {
            if (!double.IsFinite(replicaLosses[shard])) continue;
            sum += replicaLosses[shard];
            known++;
            if (best < 0 || replicaLosses[shard] < replicaLosses[best]) best = shard;
        }
        // There is nothing to compare with, nor to go on from.
        if (best < 0) return new(true, averageLoss, 0, best, 0);
        var mean = sum / known;
        // Not a number is not within any bound.
        return new(averageLoss <= LossFactor * mean + LossMargin, averageLoss, mean, best, replicaLosses[best]);
    }

    /// <summary>
    /// Judges it by the sums over the last epoch of every shard's replica: under dropout, each on a shard of its own. Accounts of an older
    /// version do not have them.
    /// </summary>
    public static AverageVerdict Of(double averageLoss, IReadOnlyList<TrainingTally> replicas) =>
        Of(averageLoss, [.. replicas.Select(tally => tally.SampleCount == 0 ? double.NaN : tally.LossSum / tally.SampleCount)]);
}
