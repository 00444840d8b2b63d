using ActorSparse.Model.Networks;

namespace ActorSparse.Actors.State;

/// <summary>Everything a run needs to continue where it was; what was in flight is redone.</summary>
public sealed record RunState : IDisposable
{
    /// <summary>Phase one, phase two or finished.</summary>
    public required RunPhase Phase { get; init; }

    /// <summary>The coordinator's network with its velocities: in phase two the one that the round began with.</summary>
    public required Network Network { get; init; }

    /// <summary>Number of updates applied.</summary>
    public required long ModelVersion { get; init; }

    /// <summary>The accounts of phase one.</summary>
    public required EpochLedgerState Ledger { get; init; }

    /// <summary>Number of epochs whose evolution has been applied (or that were not to have one).</summary>
    public required int EvolvedEpochs { get; init; }

    /// <summary>Round of phase two, counted from 0.</summary>
    public required int Round { get; init; }

    /// <summary>For each shard, how many epochs of the round its replica has been trained; empty before phase two.</summary>
    public required IReadOnlyList<int> RoundEpochsDone { get; init; }

    /// <summary>For each shard its replica; null where it has not been trained in this round.</summary>
    public required IReadOnlyList<Network?> Replicas { get; init; }

    /// <summary>Sums over the batches done of epochs that are not over.</summary>
    public IReadOnlyDictionary<int, TrainingTally> Tallies { get; init; } = new Dictionary<int, TrainingTally>();

    /// <summary>Updates made by phase two's replicas.</summary>
    public long ReplicaUpdates { get; init; }

    /// <summary>Best accuracy on the test set so far; null before the first evaluation.</summary>
    public double? BestAccuracy { get; init; }

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

    /// <inheritdoc/>
    public void Dispose()
    {
        Network.Dispose();
        foreach (var replica in Replicas) replica?.Dispose();
    }
}
