namespace ActorSparse.Model.Coordination;

/// <summary>One life of a worker that takes part.</summary>
/// <typeparam name="TAddress">Where to reach it.</typeparam>
/// <param name="name">Its name.</param>
/// <param name="incarnation">Which life of it.</param>
/// <param name="address">Where it is.</param>
/// <param name="homeShard">The part of the training set that it draws batches of first.</param>
internal sealed class RosterEntry<TAddress>(string name, long incarnation, TAddress address, int homeShard)
{
    private TimeSpan _heardAt, _patience;

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Which life of it.</summary>
    public long Incarnation { get; } = incarnation;

    /// <summary>Where it is.</summary>
    public TAddress Address { get; } = address;

    /// <summary>The part of the training set that it draws batches of first.</summary>
    public int HomeShard { get; } = homeShard;

    /// <summary>Its latest request.</summary>
    public long RequestId { get; private set; }

    /// <summary>The topologies that it said it knows.</summary>
    public IReadOnlyList<ulong> KnownTopologyIds { get; private set; } = [];

    /// <summary>Whether its latest request waits for work.</summary>
    public bool IsParked { get; private set; }

    /// <summary>What the answer to a parked request will say of what the request brought.</summary>
    public RefusalReason ParkedRefusal { get; private set; }

    /// <summary>Whether it has said nothing for too long: its work is for whoever has none.</summary>
    public bool IsSilent { get; private set; }

    /// <summary>
    /// It says something at <paramref name="now"/>. One that was only slow may take twice as long from then on: workers that are all slow
    /// would else take each other's work for ever.
    /// </summary>
    public void Hear(TimeSpan now)
    {
        if (IsSilent) _patience = 2 * (now - _heardAt);
        (_heardAt, IsSilent) = (now, false);
    }

    /// <summary>
    /// How long it may still say nothing at <paramref name="now"/>, if it may for <paramref name="timeout"/>; it is silent if that is over.
    /// </summary>
    public TimeSpan Await(TimeSpan now, TimeSpan timeout)
    {
        var rest = _heardAt + (timeout > _patience ? timeout : _patience) - now;
        IsSilent = rest <= TimeSpan.Zero;
        return rest;
    }

    /// <summary>Takes its next request; false if it came before, or an older one did not come until now.</summary>
    public bool TryTakeRequest(long requestId, IReadOnlyList<ulong> knownTopologyIds)
    {
        if (requestId <= RequestId) return false;
        (RequestId, KnownTopologyIds, IsParked) = (requestId, knownTopologyIds, false);
        return true;
    }

    /// <summary>There is no work for now.</summary>
    public void Park(RefusalReason refusal) => (IsParked, ParkedRefusal) = (true, refusal);

    /// <summary>The request has been answered.</summary>
    public void Unpark() => IsParked = false;
}
