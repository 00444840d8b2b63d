using System.Diagnostics.CodeAnalysis;

namespace ActorSparse.Model.Coordination;

/// <summary>Who takes part in a run, in which life, at which home shard, and what each waits for.</summary>
/// <typeparam name="TAddress">Where to reach a worker.</typeparam>
/// <param name="shardCount">Parts of the training set.</param>
internal sealed class Roster<TAddress>(int shardCount) : IRoster where TAddress : notnull
{
    // In the order of names, so that a run does not depend on the order of hash codes. Few, and gone through with every message.
    private readonly List<RosterEntry<TAddress>> _workers = [];

    /// <inheritdoc/>
    public int Count => _workers.Count;

    /// <inheritdoc/>
    public int LostCount { get; private set; }

    /// <inheritdoc/>
    public bool Has(string worker) => Find(worker) is not null;

    /// <summary>All of them, by name.</summary>
    public IReadOnlyList<RosterEntry<TAddress>> Workers => _workers;

    /// <summary>
    /// A new life of a worker joins, and takes the place of an earlier one, whom the caller has forgotten before. Home shards that nobody
    /// has come first.
    /// </summary>
    /// <exception cref="ArgumentException">One of its lives takes part.</exception>
    public RosterEntry<TAddress> Add(string name, long incarnation, TAddress address)
    {
        if (Find(name) is not null) throw new ArgumentException($"{name} takes part already", nameof(name));
        var entry = new RosterEntry<TAddress>(name, incarnation, address, FreeHomeShard());
        var place = _workers.FindIndex(worker => string.CompareOrdinal(worker.Name, name) > 0);
        _workers.Insert(place < 0 ? _workers.Count : place, entry);
        return entry;
    }

    /// <summary>The latest life of a worker; null if none takes part.</summary>
    public RosterEntry<TAddress>? Find(string name)
    {
        foreach (var worker in _workers)
            if (worker.Name == name) return worker;
        return null;
    }

    /// <summary>The entry of a life of a worker, or why there is none.</summary>
    public RefusalReason Find(string name, long incarnation, out RosterEntry<TAddress>? entry)
    {
        entry = null;
        if (Find(name) is not { } known || incarnation > known.Incarnation) return RefusalReason.UnknownWorker;
        if (incarnation < known.Incarnation) return RefusalReason.OldIncarnation;
        entry = known;
        return RefusalReason.None;
    }

    /// <summary>Why a worker at <paramref name="address"/> may not join, with what to tell it; none if it may, also if it has joined.</summary>
    public RefusalReason JudgeJoining(string name, long incarnation, TAddress address, out string detail)
    {
        detail = "";
        if (Find(name) is not { } known || incarnation > known.Incarnation) return RefusalReason.None;
        if (incarnation < known.Incarnation)
        {
            detail = $"incarnation {known.Incarnation} has joined";
            return RefusalReason.OldIncarnation;
        }
        if (known.Address.Equals(address)) return RefusalReason.None;
        detail = $"another worker is named {name}";
        return RefusalReason.NameTaken;
    }

    /// <summary>The worker at <paramref name="address"/>.</summary>
    public bool TryFind(TAddress address, [NotNullWhen(true)] out RosterEntry<TAddress>? entry)
    {
        entry = _workers.Find(worker => worker.Address.Equals(address));
        return entry is not null;
    }

    /// <summary>A worker takes part no more.</summary>
    public void Remove(RosterEntry<TAddress> entry)
    {
        _workers.Remove(entry);
    }

    /// <summary>Counts a worker that was lost.</summary>
    public void CountLost() => LostCount++;

    private int FreeHomeShard()
    {
        var taken = _workers.Select(worker => worker.HomeShard).ToHashSet();
        for (var shard = 0; shard < shardCount; shard++)
            if (!taken.Contains(shard)) return shard;
        return _workers.Count % shardCount;
    }
}
