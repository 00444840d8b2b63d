namespace ActorSparse.Model.Coordination;

/// <summary>
/// What the coordinator knows of the calendar, which the topology actor has: when topologies evolve next, and whether that is under way.
/// While it is not known what comes next, it is known what has been before. One evolution goes on at a time: its changes start from the
/// present topologies.
/// </summary>
internal sealed class EvolutionSchedule
{
    private bool _isAsked;

    /// <summary>
    /// The first <paramref name="epochs"/> epochs and <paramref name="updates"/> updates have had their evolutions or were not to have one.
    /// </summary>
    public EvolutionSchedule(int epochs, long updates) => Next = new(epochs, updates, 0);

    /// <summary>What comes next, or nothing before this while that is not known.</summary>
    public NextEvolution Next { get; private set; }

    /// <summary>Whether it is known what comes next.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Whether the topology actor computes the changes after an epoch.</summary>
    public bool IsUnderWay { get; private set; }

    /// <summary>The hand-out of a batch that an evolution goes by; 0 if there is none.</summary>
    public long CarrierTicket { get; private set; }

    /// <summary>Number of the latest request to the topology actor, ascending.</summary>
    public long RequestId { get; private set; }

    /// <summary>Whether the topology actor is to be asked what comes next; if so, it counts as asked, with a new number.</summary>
    public bool TryAsk()
    {
        if (IsKnown || _isAsked) return false;
        _isAsked = true;
        RequestId++;
        return true;
    }

    /// <summary>Whether an answer with this number is still waited for.</summary>
    public bool IsAwaited(long requestId) => requestId == RequestId && (IsUnderWay || (_isAsked && !IsKnown));

    /// <summary>The topology actor says what comes next.</summary>
    public void Learn(NextEvolution next) => (Next, IsKnown, _isAsked, IsUnderWay) = (next, true, false, false);

    /// <summary>The topology actor gets a snapshot, under a new number, for the changes that come next.</summary>
    public void Begin()
    {
        IsUnderWay = true;
        RequestId++;
    }

    /// <summary>A batch is handed out whose worker makes the changes that come next.</summary>
    public void Begin(long carrierTicket) => CarrierTicket = carrierTicket;

    /// <summary>
    /// The changes that were due have been applied, as a batch on version <paramref name="modelVersion"/> made them: what fell due until
    /// then is done.
    /// </summary>
    public void CompleteUpdate(long modelVersion)
    {
        Next = Next with { Update = Math.Max(Next.Update, modelVersion) + 1 };
        CarrierTicket = 0;
        (IsKnown, _isAsked) = (false, false);
    }

    /// <summary>Nothing that was asked for will come: the topology actor died.</summary>
    public void Restart() => (IsKnown, _isAsked, IsUnderWay) = (false, false, false);
}
