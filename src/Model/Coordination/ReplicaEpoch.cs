using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Coordination;

/// <summary>
/// One epoch of phase two on one replica, which sees every batch of its shard, with its own momentum. If it has a topology of its own, that
/// evolves before, unless this is the first epoch of the round, or under guided rules with batches, in any epoch: the same for a shard's
/// whole epoch as sequential training is for all data. A topology that is shared stays as it is.
/// </summary>
internal sealed class ReplicaEpoch
{
    private readonly TrainingJob _job;
    private readonly ShardGradients _gradients;
    private readonly WorkSet _work;
    private readonly ModelUpdater _updater;
    private readonly int _batchCount;
    private readonly bool _isTopologyShared;
    private int _reported;

    public ReplicaEpoch(ReplicaAssignment assignment, double rateScale, TrainingJob job, ShardGradients gradients, WorkSet work)
    {
        Assignment = assignment;
        _job = job;
        _gradients = gradients;
        _work = work;
        _isTopologyShared = job.Plan.IsTopologyShared;
        var (shard, epoch) = (assignment.Shard, assignment.Epoch);
        _batchCount = gradients.BatchCount(shard);
        if (assignment.EvolveFirst)
        {
            using var evolution = EpochEvolution.Run(work.Replica, job.Training, job.ReplicaRandom(shard), epoch - 1);
            Evolution = evolution.Summary;
        }
        var sgd = job.PhaseTwoOptimizer().Scaled(rateScale);
        // With local steps velocities are the workers' own: those of replicas begin with phase two.
        var firstEpoch = job.Run.LocalSteps > 1 ? job.Plan.PhaseOneEpochs : 0;
        _updater = job.Updater(
            work.Replica.Parameters, gradients.Compute, sgd, _batchCount, (long)epoch * _batchCount,
            (long)(epoch - firstEpoch) * _batchCount);
    }

    public ReplicaAssignment Assignment { get; }

    public EvolutionSummary Evolution { get; private set; }

    public TrainingTally Tally { get; private set; }

    /// <summary>Learning rate of the last update.</summary>
    public double LearningRate => _updater.LastLearningRate;

    public bool IsFinished => Tally.Batches == _batchCount;

    public void TrainBatch()
    {
        var result = _gradients.Gradient(_work.Replica, Assignment.Shard, Assignment.Epoch, Tally.Batches, _work.Gradients);
        Divergence.Check(_work.Replica.Parameters, _work.Gradients, result.MeanLoss, Assignment.Epoch, Tally.Batches);
        var updatesTotal = (long)_batchCount * _job.Training.Epochs;
        if (!_isTopologyShared && _job.Training.Rule.IsDue(_updater.UpdateCount, updatesTotal)) Evolve(updatesTotal);
        _updater.Apply(_work.Gradients);
        Tally = Tally.Plus(result);
    }

    private void Evolve(long updatesTotal)
    {
        using var evolution = BatchEvolution.Run(
            _job.Training.Rule, _work.Replica, _work.Gradients, _gradients.Compute, _gradients.Workspace,
            _job.ReplicaRandom(Assignment.Shard), _updater.UpdateCount, updatesTotal);
        Evolution = Evolution.Plus(evolution.Changes);
    }

    /// <summary>Number of batches since it was last asked.</summary>
    public int TakeUnreported()
    {
        var count = Tally.Batches - _reported;
        _reported = Tally.Batches;
        return count;
    }
}
