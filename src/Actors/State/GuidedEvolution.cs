using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Actors.State;

/// <summary>
/// The accounts of evolutions by gradients: which one is due, of which snapshot and batch, how far it is, and who works on it. There is one
/// at a time, in the order of their updates, and each is applied once. What it becomes is a function of snapshot, batch and seed, so that
/// an attempt of which anything is lost is simply followed by another, under a new number, by which late results of the old one are told
/// apart.
/// </summary>
public sealed class GuidedEvolution : IDisposable
{
    private readonly GuidedRule _rule;
    private readonly long _updatesTotal;
    private string? _worker;
    private IReadOnlyList<NeuronSums?> _sums = [];
    private CandidateSet? _candidates;
    private EpochEvolution? _changes;

    /// <summary>
    /// Accounts of the evolutions that <paramref name="rule"/> wants in a run of <paramref name="updatesTotal"/> updates;
    /// <paramref name="evolvedUpdates"/> of them have had theirs or were not to have one.
    /// </summary>
    public GuidedEvolution(GuidedRule rule, long updatesTotal, long evolvedUpdates)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentOutOfRangeException.ThrowIfNegative(evolvedUpdates);
        _rule = rule;
        _updatesTotal = updatesTotal;
        EvolvedUpdates = evolvedUpdates;
    }

    /// <summary>Number of updates whose evolution has been applied or that were not to have one.</summary>
    public long EvolvedUpdates { get; private set; }

    /// <summary>The update that the evolution under way goes with, counted from 0.</summary>
    public long Update => EvolvedUpdates;

    /// <summary>Updates from one evolution to the next.</summary>
    public int Interval => _rule.Options.Interval;

    /// <summary>Number of the attempt, ascending.</summary>
    public long EvolutionId { get; private set; }

    /// <summary>How far it is.</summary>
    public GuidedStage Stage { get; private set; }

    /// <summary>Whether an evolution is due or under way; its changes may be here.</summary>
    public bool IsPending => Stage != GuidedStage.None;

    /// <summary>Whether the changes are here.</summary>
    public bool IsSelected => Stage == GuidedStage.Selected;

    /// <summary>Whether the topology actor has it.</summary>
    public bool IsWithHelper => Stage is GuidedStage.Drawing or GuidedStage.Selecting;

    /// <summary>Whether a worker is wanted.</summary>
    public bool HasWork => Stage is GuidedStage.ToMeasure or GuidedStage.ToDifferentiate;

    /// <summary>The parameters that it goes by, as they were when it began. Null unless one is pending.</summary>
    public WorkSet? Snapshot { get; private set; }

    /// <summary>The batch that it goes by, and the ticket of the last hand-out.</summary>
    public Assignment Assignment { get; private set; }

    /// <summary>Seconds that the topology actor has spent on it.</summary>
    public double Seconds { get; set; }

    /// <summary>
    /// Whether an evolution is due with an update before or at number <paramref name="update"/>; none is while one is pending.
    /// </summary>
    public bool IsDue(long update)
    {
        if (IsPending) return false;
        while (EvolvedUpdates <= update && !_rule.IsDue(EvolvedUpdates, _updatesTotal)) EvolvedUpdates++;
        return EvolvedUpdates <= update;
    }

    /// <summary>Begins the evolution that is due with a snapshot, which it takes over, and a batch.</summary>
    public void Begin(WorkSet snapshot, int epoch, int shard, int batch)
    {
        Expect(GuidedStage.None);
        Snapshot = snapshot;
        Assignment = new(0, epoch, shard, batch);
        Seconds = 0;
        Restart();
    }

    /// <summary>Begins it anew: what the last attempt was waiting for does not count any more.</summary>
    public void Restart()
    {
        EvolutionId++;
        _worker = null;
        _sums = [];
        Free();
        Stage = _rule.NeedsSums ? GuidedStage.ToMeasure : GuidedStage.ToDraw;
    }

    /// <summary>Hands its next work to a worker, under a ticket of its own.</summary>
    public void HandOut(string worker, long ticket)
    {
        Stage = Stage switch
        {
            GuidedStage.ToMeasure => GuidedStage.Measuring,
            GuidedStage.ToDifferentiate => GuidedStage.Differentiating,
            _ => throw new InvalidOperationException($"an evolution at stage {Stage} has no work for a worker"),
        };
        _worker = worker;
        Assignment = Assignment with { Ticket = ticket };
    }

    /// <summary>Whether <paramref name="worker"/> holds its work under that ticket.</summary>
    public bool IsHeld(string worker, long ticket) => worker == _worker && ticket == Assignment.Ticket;

    /// <summary>Takes the work back from <paramref name="worker"/>, if it holds it, and begins anew.</summary>
    public bool Release(string worker)
    {
        if (worker != _worker) return false;
        Restart();
        return true;
    }

    /// <summary>The sums are here. False if nobody waits for these.</summary>
    public bool TryMeasured(string worker, long ticket, IReadOnlyList<NeuronSums?> sums)
    {
        if (Stage != GuidedStage.Measuring || !IsHeld(worker, ticket)) return false;
        (_worker, _sums, Stage) = (null, sums, GuidedStage.ToDraw);
        return true;
    }

    /// <summary>Gives the sums to the topology actor.</summary>
    public IReadOnlyList<NeuronSums?> TakeSums()
    {
        Expect(GuidedStage.ToDraw);
        Stage = GuidedStage.Drawing;
        return _sums;
    }

    /// <summary>The candidates are here, and taken over. False if nobody waits for these.</summary>
    public bool TryDrawn(long evolutionId, CandidateSet candidates)
    {
        if (Stage != GuidedStage.Drawing || evolutionId != EvolutionId) return false;
        (_candidates, Stage) = (candidates, GuidedStage.ToDifferentiate);
        return true;
    }

    /// <summary>Gives the candidates to the worker that has the work.</summary>
    public CandidateSet TakeCandidates()
    {
        Expect(GuidedStage.Differentiating);
        var candidates = _candidates!;
        _candidates = null;
        return candidates;
    }

    /// <summary>The gradients are here, on their way to the topology actor. False if nobody waits for these.</summary>
    public bool TryDifferentiated(string worker, long ticket)
    {
        if (Stage != GuidedStage.Differentiating || !IsHeld(worker, ticket)) return false;
        (_worker, Stage) = (null, GuidedStage.Selecting);
        return true;
    }

    /// <summary>The changes are here, and taken over. False if nobody waits for these.</summary>
    public bool TrySelected(long evolutionId, EpochEvolution changes)
    {
        if (Stage != GuidedStage.Selecting || evolutionId != EvolutionId) return false;
        (_changes, Stage) = (changes, GuidedStage.Selected);
        return true;
    }

    /// <summary>Gives away the changes, which are applied now, and the snapshot: this evolution is done.</summary>
    public (EpochEvolution Changes, WorkSet Snapshot) Complete()
    {
        Expect(GuidedStage.Selected);
        var done = (_changes!, Snapshot!);
        (_changes, Snapshot, Stage) = (null, null, GuidedStage.None);
        EvolvedUpdates++;
        return done;
    }

    /// <summary>Gives up the evolution that is pending, if one is: training ends.</summary>
    public void Abandon()
    {
        EvolutionId++;
        _worker = null;
        Free();
        Snapshot?.Dispose();
        Snapshot = null;
        Stage = GuidedStage.None;
    }

    /// <inheritdoc/>
    public void Dispose() => Abandon();

    private void Free()
    {
        _candidates?.Dispose();
        _candidates = null;
        _changes?.Dispose();
        _changes = null;
    }

    private void Expect(GuidedStage stage)
    {
        if (Stage != stage) throw new InvalidOperationException($"the evolution is at stage {Stage}; expected {stage}");
    }
}
