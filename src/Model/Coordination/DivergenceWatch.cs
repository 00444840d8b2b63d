using ActorSparse.Model.Training;

namespace ActorSparse.Model.Coordination;

/// <summary>Tells when the numbers of a run are lost, from what its epochs and its workers say.</summary>
internal sealed class DivergenceWatch
{
    private readonly GuessLoss _guess;
    private readonly int _batchesPerEpoch;
    private readonly int _notFiniteMax;
    private int _notFinite;

    /// <summary>
    /// Goes on from <paramref name="state"/>; <paramref name="notFiniteMax"/> results in one epoch that are not finite are too many.
    /// </summary>
    public DivergenceWatch(TrainingJob job, RunState state, int notFiniteMax)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(state);
        _guess = GuessLoss.Of(job.Spec, job.TrainingSet, job.Training.ClassWeights.For(job.TrainingSet, job.Spec.ClassCount));
        _batchesPerEpoch = job.BatchesPerShard().Sum();
        _notFiniteMax = notFiniteMax;
        (RateScale, BestEpochLoss) = (state.RateScale, state.BestEpochLoss);
    }

    /// <summary>What the learning rate is multiplied by: less than 1 once the run has diverged.</summary>
    public double RateScale { get; }

    /// <summary>Lowest mean training loss of an epoch so far.</summary>
    public double? BestEpochLoss { get; private set; }

    /// <summary>How a run ends that diverges: the first time another one goes on from its last good state.</summary>
    public RunOutcome Outcome => RateScale < 1 ? RunOutcome.Failed : RunOutcome.Diverged;

    /// <summary>What is wrong with an epoch that goes on, in one line; null if nothing is.</summary>
    public string? OfEpochSoFar(int epoch, TrainingTally tally) =>
        Divergence.OfLossSoFar(tally.LossSum, tally.SampleCount, tally.Batches, _batchesPerEpoch, BestEpochLoss, epoch, _guess);

    /// <summary>What is wrong with an epoch that is over, in one line; null if nothing is, and it counts.</summary>
    public string? OfEpoch(int epoch, TrainingTally tally)
    {
        _notFinite = 0;
        if (tally.SampleCount == 0) return null;
        var loss = tally.LossSum / tally.SampleCount;
        var score = _guess.ScoreKind.Of(tally.ScoreSum, tally.ScoreWeight);
        if (Divergence.OfEpochLoss(loss, score, BestEpochLoss, epoch, _guess) is { } diverged) return diverged;
        BestEpochLoss = Math.Min(loss, BestEpochLoss ?? double.PositiveInfinity);
        return null;
    }

    /// <summary>Counts a result that is not finite; what that means if it was one too many, in one line.</summary>
    public string? OfNotFinite(string text) =>
        ++_notFinite >= _notFiniteMax ? $"training diverged {_notFinite} times in an epoch: {text}" : null;
}
