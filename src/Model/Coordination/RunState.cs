using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Coordination;

/// <summary>Everything a run needs to continue where it was; what was in flight is redone.</summary>
internal sealed record RunState : IDisposable
{
    /// <summary>Phase one, phase two or finished.</summary>
    public required RunPhase Phase { get; init; }

    /// <summary>The coordinator's network with its velocities: in phase two the one that the round began with.</summary>
    public required Network Network { get; init; }

    /// <summary>Number of updates applied.</summary>
    public required long ModelVersion { get; init; }

    /// <summary>The accounts of phase one.</summary>
    public required EpochLedgerState Ledger { get; init; }

    /// <summary>
    /// Number of epochs whose evolution has been applied (or that were not to have one): between rounds of phase two fewer than are over
    /// while the average has still to evolve.
    /// </summary>
    public required int EvolvedEpochs { get; init; }

    /// <summary>
    /// Number of updates whose evolution has been applied or that were not to have one; 0 under rules that evolve after epochs.
    /// </summary>
    public long EvolvedUpdates { get; init; }

    /// <summary>Round of phase two, counted from 0.</summary>
    public required int Round { get; init; }

    /// <summary>For each shard, how many epochs of the round its replica has been trained; empty before phase two.</summary>
    public required IReadOnlyList<int> RoundEpochsDone { get; init; }

    /// <summary>For each shard its replica; null where it has not been trained in this round.</summary>
    public required IReadOnlyList<Network?> Replicas { get; init; }

    /// <summary>For each shard the sums over its replica's last epoch; empty where they are not known, as before phase two.</summary>
    public IReadOnlyList<TrainingTally> ReplicaTallies { get; init; } = [];

    /// <summary>Sums over the batches done of epochs that are not over.</summary>
    public IReadOnlyDictionary<int, TrainingTally> Tallies { get; init; } = new Dictionary<int, TrainingTally>();

    /// <summary>What evolutions within epochs that are not over did.</summary>
    public IReadOnlyDictionary<int, EvolutionSummary> Evolutions { get; init; } = new Dictionary<int, EvolutionSummary>();

    /// <summary>Updates made by phase two's replicas.</summary>
    public long ReplicaUpdates { get; init; }

    /// <summary>Learning rate of the last update that is known here; 0 before the first.</summary>
    public double LearningRate { get; init; }

    /// <summary>Best score on the evaluation set so far; null before the first evaluation.</summary>
    public double? BestScore { get; init; }

    /// <summary>How that went on; null where there are no validation samples, and before the first evaluation.</summary>
    public ValidationProgress? Validation { get; init; }

    /// <summary>What the learning rate of all that follows is multiplied by: less than 1 once the run has diverged.</summary>
    public double RateScale { get; init; } = 1;

    /// <summary>Lowest mean training loss of an epoch so far; null before the end of the first.</summary>
    public double? BestEpochLoss { get; init; }

    /// <summary>Others hold the networks too, through these; null if the state owns them.</summary>
    internal IReadOnlyList<SharedNetwork>? Shared { get; init; }

    /// <summary>Updates made by anybody.</summary>
    public long Updates => ModelVersion - Round + ReplicaUpdates;

    /// <summary>The beginning of a run.</summary>
    public static RunState Initial(Network network, TrainingJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var plan = job.Plan;
        return new()
        {
            Phase = plan.PhaseOneEpochs > 0 ? RunPhase.PhaseOne : RunPhase.PhaseTwo,
            Network = network,
            ModelVersion = 0,
            Ledger = new EpochLedger(job.BatchesPerShard(), 0, plan.PhaseOneEpochs).Save(),
            EvolvedEpochs = 0,
            Round = 0,
            RoundEpochsDone = [],
            Replicas = [],
        };
    }

    /// <summary>
    /// The average of all replicas, each layer with as many connections as they have on average. Layer counts differ where importance
    /// pruning struck or layers compete for connections; those of all layers together add up to the average too.
    /// </summary>
    public static Network Average(IReadOnlyList<Network?> replicas)
    {
        Network[] all = [.. replicas.Select(replica => replica!)];
        long[] sums = [.. Enumerable.Range(0, all[0].Parameters.Sparse.Count).Select(layer =>
            all.Sum(replica => (long)replica.Parameters.Sparse[layer].Topology.ConnectionCount))];
        int[] targets = [.. sums.Select(sum => (int)(sum / all.Length))];
        // What rounding down leaves over goes to the layers that lost most by it, the first of equal ones first.
        var missing = (int)Math.Round((double)sums.Sum() / all.Length, MidpointRounding.AwayFromZero) - targets.Sum();
        foreach (var layer in Enumerable.Range(0, sums.Length).OrderByDescending(layer => sums[layer] % all.Length).Take(missing))
            targets[layer]++;
        return Averaging.Average(all, targets);
    }

    /// <summary>The average there would be if phase two's round ended now; null unless every shard has a replica.</summary>
    public Network? AverageReplicas() =>
        Replicas.Count > 0 && Replicas.All(replica => replica is not null) ? Average(Replicas) : null;

    /// <summary>Number of epochs that are over.</summary>
    public int EpochsDone(RunPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (Phase != RunPhase.PhaseTwo) return Ledger.Epoch;
        var first = plan.FirstEpoch(Round);
        // The last epoch of a round is over when its average has been taken, and with that the round.
        return RoundEpochsDone.Count == 0 ? first : Math.Min(first + RoundEpochsDone.Min(), plan.FirstEpoch(Round + 1) - 1);
    }

    /// <summary>The same with networks of its own.</summary>
    public RunState Copy() =>
        this with { Network = Network.Clone(), Replicas = [.. Replicas.Select(replica => replica?.Clone())], Shared = null };

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var holder in Shared ?? []) holder.Dispose();
        if (Shared is not null) return;
        Network.Dispose();
        foreach (var replica in Replicas) replica?.Dispose();
    }

    /// <summary>Itself, or a copy in its place if others hold its networks: what a run changes is its own.</summary>
    internal RunState TakeOver()
    {
        if (Shared is null) return this;
        using (this) return Copy();
    }
}
