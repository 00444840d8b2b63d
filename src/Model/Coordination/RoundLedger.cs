namespace ActorSparse.Model.Coordination;

/// <summary>
/// The accounts of one round of phase two: how many epochs of it each shard's replica has been trained, and by whom now. A shard whose
/// worker is lost goes on from its last whole epoch with another worker, so that the average is always that of all shards' replicas.
/// </summary>
internal sealed class RoundLedger
{
    private readonly int[] _epochsDone;
    private readonly Dictionary<string, ReplicaAssignment> _inFlight = [];
    private readonly bool _evolves;
    private long _lastTicket;

    /// <summary>
    /// Accounts of a round over epochs <paramref name="firstEpoch"/> to <paramref name="endEpoch"/> - 1 for every shard, whose replicas
    /// evolve between them if they are to evolve by themselves.
    /// </summary>
    public RoundLedger(
        int shardCount, int firstEpoch, int endEpoch, long lastTicket, bool evolves, IReadOnlyList<int>? epochsDone = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shardCount);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(endEpoch, firstEpoch);
        _epochsDone = epochsDone?.ToArray() ?? new int[shardCount];
        ArgumentOutOfRangeException.ThrowIfNotEqual(_epochsDone.Length, shardCount, nameof(epochsDone));
        FirstEpoch = firstEpoch;
        EndEpoch = endEpoch;
        _lastTicket = lastTicket;
        _evolves = evolves;
    }

    /// <summary>First epoch of the round.</summary>
    public int FirstEpoch { get; }

    /// <summary>One more than the round's last epoch.</summary>
    public int EndEpoch { get; }

    /// <summary>For each shard, how many epochs of the round its replica has been trained.</summary>
    public IReadOnlyList<int> EpochsDone => _epochsDone;

    /// <summary>The first epoch that not every shard's replica has been trained; <see cref="EndEpoch"/> when the round is over.</summary>
    public int CurrentEpoch => FirstEpoch + _epochsDone.Min();

    /// <summary>Whether every shard's replica has been trained for the whole round.</summary>
    public bool IsFinished => CurrentEpoch == EndEpoch;

    /// <summary>The last ticket given out.</summary>
    public long LastTicket => _lastTicket;

    /// <summary>
    /// Gives <paramref name="worker"/> one epoch of a shard that nobody trains: <paramref name="preferredShard"/> while that has one left,
    /// else of the shard that has most left. False if there is none, or if the worker trains a replica already.
    /// </summary>
    public bool TryAssign(string worker, int preferredShard, out ReplicaAssignment assignment)
    {
        assignment = default;
        if (_inFlight.ContainsKey(worker)) return false;
        var shard = Available(preferredShard) ? preferredShard : -1;
        for (var other = 0; other < _epochsDone.Length && shard != preferredShard; other++)
            if (Available(other) && (shard < 0 || _epochsDone[other] < _epochsDone[shard])) shard = other;
        if (shard < 0) return false;
        assignment = new(++_lastTicket, shard, FirstEpoch + _epochsDone[shard], EvolveFirst: _evolves && _epochsDone[shard] > 0);
        _inFlight.Add(worker, assignment);
        return true;
    }

    /// <summary>The epoch that <paramref name="worker"/> trains.</summary>
    public bool TryGetInFlight(string worker, out ReplicaAssignment assignment) => _inFlight.TryGetValue(worker, out assignment);

    /// <summary>Takes the epoch back from <paramref name="worker"/>, if it holds one other than <paramref name="kept"/>.</summary>
    public bool Release(string worker, long kept = 0) =>
        _inFlight.TryGetValue(worker, out var held) && held.Ticket != kept && _inFlight.Remove(worker);

    /// <summary>The replica that <paramref name="worker"/> trained is here.</summary>
    public void Complete(string worker)
    {
        if (!_inFlight.Remove(worker, out var assignment)) throw new InvalidOperationException($"{worker} trains no replica");
        _epochsDone[assignment.Shard]++;
    }

    private bool Available(int shard)
    {
        if (FirstEpoch + _epochsDone[shard] >= EndEpoch) return false;
        foreach (var held in _inFlight.Values)
            if (held.Shard == shard) return false;
        return true;
    }
}
