using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Coordination;

/// <summary>
/// Phase two: replicas that are trained alone, an epoch at a time, and the average that ends a round, measured against them before it is
/// taken.
/// </summary>
internal sealed class ReplicaTraining : IDisposable
{
    private readonly TrainingJob _job;
    private readonly int[] _batches;
    private readonly RunPlan _plan;
    private readonly long _connectionsMax;
    private readonly List<double> _losses = [];
    private SharedNetwork?[] _replicas = [];
    private TrainingTally[] _tallies = [];
    private double _learningRate;

    /// <summary>Goes on from <paramref name="state"/>, whose replicas it takes over.</summary>
    public ReplicaTraining(TrainingJob job, RunState state)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(state);
        (_job, _plan) = (job, job.Plan);
        _batches = job.BatchesPerShard();
        _connectionsMax = state.Network.ConnectionCounts().Sum(count => (long)count); // they only become fewer
        (RoundsDone, Updates, _learningRate) = (state.Round, state.ReplicaUpdates, state.LearningRate);
        if (state.RoundEpochsDone.Count == 0) return;
        _replicas = [.. state.Replicas.Select(replica => replica is null ? null : new SharedNetwork(replica))];
        _tallies = state.ReplicaTallies.Count > 0 ? [.. state.ReplicaTallies] : new TrainingTally[_batches.Length];
        Round = NewRound(state.Ledger.LastTicket, state.RoundEpochsDone);
    }

    /// <summary>The accounts of the present round; null between rounds.</summary>
    public RoundLedger? Round { get; private set; }

    /// <summary>Averages taken.</summary>
    public int RoundsDone { get; private set; }

    /// <summary>Updates made by replicas.</summary>
    public long Updates { get; private set; }

    /// <summary>Updates that replicas have made in the present epoch, as far as they said.</summary>
    public int BatchesInEpoch { get; private set; }

    /// <summary>Learning rate of the last update that is known; null before the first.</summary>
    public double? LearningRate => Updates > 0 ? _learningRate : null;

    /// <summary>For each shard its replica after its last whole epoch; null before its first of the round.</summary>
    public IReadOnlyList<SharedNetwork?> Replicas => _replicas;

    /// <summary>For each shard the sums over its replica's last epoch.</summary>
    public IReadOnlyList<TrainingTally> Tallies => _tallies;

    /// <summary>The average of a round that is over, until it is taken or not.</summary>
    public SharedNetwork? Average { get; private set; }

    /// <summary>Number of the measurement that is waited for; 0 if the evaluator is to be asked.</summary>
    public long MeasurementId { get; set; }

    /// <summary>What is to be measured next: the average and, if it is in doubt, the replicas in their order; null if nothing is.</summary>
    public SharedNetwork? ToMeasure =>
        Average is null || MeasurementId != 0 ? null : _losses.Count == 0 ? Average : _replicas[_losses.Count - 1];

    /// <summary>Begins a round, or goes on with the one that the state had.</summary>
    public void Begin(long lastTicket)
    {
        BatchesInEpoch = 0;
        if (Round is not null) return;
        Round = NewRound(lastTicket);
        _replicas = new SharedNetwork?[_batches.Length];
        _tallies = new TrainingTally[_batches.Length];
    }

    /// <summary>Why a replica that was handed in does not count; <paramref name="detail"/> then says it in one line.</summary>
    public RefusalReason Judge(string worker, ReplicaAnswer answer, out ReplicaAssignment assignment, out string detail)
    {
        detail = "another hand-out is in flight";
        if (!Round!.TryGetInFlight(worker, out assignment) || assignment.Ticket != answer.Ticket || answer.Round != RoundsDone)
            return RefusalReason.NotInFlight;
        var tally = answer.Tally;
        detail = "its counts are no result of an epoch";
        if (tally.Batches != _batches[assignment.Shard] || !double.IsFinite(tally.LossSum) || !double.IsFinite(answer.LearningRate)
            || tally.SampleCount <= 0 || tally.SampleCount > (long)_job.Training.BatchSize * tally.Batches
            || !tally.HasPlausibleScore(_job.ScoreKind)) return RefusalReason.Implausible;
        detail = "its evolution changed what cannot be";
        if (!answer.Evolution.IsWithin(EvolutionsMax(assignment) * _connectionsMax)) return RefusalReason.Implausible;
        var parameters = answer.Work.Replica.Parameters;
        var spoilt = Divergence.FindBlock(parameters);
        if (spoilt < 0) return RefusalReason.None;
        detail = $"{parameters.Layout.Blocks[spoilt].Title} has weights that are not finite";
        return RefusalReason.NotFinite;
    }

    /// <summary>
    /// Keeps a copy of a replica that counts. Returns the epoch that ended with it, the last of the round left out, or -1.
    /// </summary>
    public int Accept(string worker, ReplicaAnswer answer, ReplicaAssignment assignment)
    {
        // Whoever writes or measures the one before has it for as long as he needs it.
        _replicas[assignment.Shard]?.Dispose();
        _replicas[assignment.Shard] = new(answer.Work.Replica.Clone());
        _tallies[assignment.Shard] = answer.Tally;
        Updates += answer.Tally.Batches;
        _learningRate = answer.LearningRate;
        var epoch = Round!.CurrentEpoch;
        Round.Complete(worker);
        if (Round.CurrentEpoch == epoch || Round.IsFinished) return -1;
        BatchesInEpoch = 0;
        return epoch;
    }

    /// <summary>A worker says how many updates it has made since it last did.</summary>
    public void Hear(string worker, long ticket, int batches)
    {
        if (Round?.TryGetInFlight(worker, out var assignment) == true && assignment.Ticket == ticket) BatchesInEpoch += batches;
    }

    /// <summary>The average there would be now.</summary>
    public SharedNetwork PresentAverage() => new(RunState.Average([.. _replicas.Select(replica => replica!.Network)]));

    /// <summary>Computes the average of a round that is over; it is to be measured, or taken at once.</summary>
    public void TakeAverage() => Average = PresentAverage();

    /// <summary>
    /// What was asked for has this loss on training samples. Returns the verdict, or null if something else is to be measured first.
    /// </summary>
    public AverageVerdict? Measure(double loss)
    {
        MeasurementId = 0;
        _losses.Add(loss);
        // The losses of training are there anyway, but are each of one shard, which its replica may know by heart: they can clear an
        // average and not condemn it.
        if (_losses.Count == 1 && AverageVerdict.Of(loss, _tallies) is { IsTaken: true } cleared) return cleared;
        return _losses.Count <= _replicas.Length ? null : AverageVerdict.Of(_losses[0], _losses[1..]);
    }

    /// <summary>
    /// Ends the round with the average, or with the replica of a shard in its place; the caller disposes of the result. Returns the epoch
    /// that ended with the round.
    /// </summary>
    public int End(int? replicaInstead, out SharedNetwork result)
    {
        var epoch = Round!.EndEpoch - 1;
        result = (replicaInstead is { } shard ? _replicas[shard]! : Average!).Retain();
        Free();
        (_replicas, _tallies, Average, MeasurementId) = ([], [], null, 0);
        _losses.Clear();
        Round = null;
        RoundsDone++;
        return epoch;
    }

    /// <inheritdoc/>
    public void Dispose() => Free();

    // Before the epoch the rule and importance pruning, within it a guided rule with any batch.
    private long EvolutionsMax(ReplicaAssignment assignment) => (assignment.EvolveFirst ? 2 : 0)
        + (_plan.IsTopologyShared || _job.Training.Rule is not GuidedRule ? 0 : _batches[assignment.Shard]);

    private RoundLedger NewRound(long lastTicket, IReadOnlyList<int>? epochsDone = null) => new(
        _batches.Length, _plan.FirstEpoch(RoundsDone), _plan.FirstEpoch(RoundsDone + 1), lastTicket, evolves: !_plan.IsTopologyShared,
        epochsDone);

    private void Free()
    {
        Average?.Dispose();
        foreach (var replica in _replicas) replica?.Dispose();
    }
}
