using System.Diagnostics.CodeAnalysis;

namespace Akka.Actor;

/// <summary>
/// The children of an actor and what is waited for when they stop. Locked, since the guardians' children are also made by threads
/// outside; everything else comes from the actor's own thread.
/// </summary>
internal sealed class ActorChildren
{
    private static readonly ChildRestartStats s_reserved = new(ActorRefs.Nobody);

    private readonly Lock _lock = new();
    private Dictionary<string, ChildRestartStats>? _byName;
    private HashSet<IActorRef>? _stopping;
    private TerminationReason? _reason;
    private long _nextName;

    /// <summary>Whether children are being waited for, so that the actor can be made anew or end.</summary>
    public bool IsWaiting => _reason is not null;

    public bool IsTerminating => _reason is TerminationReason.Termination;

    /// <summary>The children that exist; names merely reserved are left out.</summary>
    public List<ChildRestartStats> Stats
    {
        get
        {
            lock (_lock)
                return _byName is null ? [] : _byName.Values.Where(stats => stats != s_reserved).ToList();
        }
    }

    public string NextName() => "$" + Base64Name(Interlocked.Increment(ref _nextName) - 1);

    public void Reserve(string name)
    {
        lock (_lock)
        {
            if (IsTerminating)
                throw new InvalidOperationException($"Cannot create child '{name}' while terminating or terminated");
            _byName ??= [];
            if (!_byName.TryAdd(name, s_reserved))
                throw new InvalidActorNameException($"Actor name \"{name}\" is not unique!");
        }
    }

    public void Unreserve(string name)
    {
        lock (_lock)
            _byName!.Remove(name);
    }

    /// <returns>False if the parent has begun to stop meanwhile; the child must not start then.</returns>
    public bool TryAdd(IInternalActorRef child)
    {
        lock (_lock)
        {
            if (IsTerminating)
            {
                _byName!.Remove(child.Path.Name);
                return false;
            }

            _byName![child.Path.Name] = new ChildRestartStats(child);
            return true;
        }
    }

    public IInternalActorRef? Find(string name)
    {
        lock (_lock)
            return _byName is not null && _byName.TryGetValue(name, out var stats) && stats != s_reserved ? stats.Child : null;
    }

    public bool TryGetStats(IActorRef child, [NotNullWhen(true)] out ChildRestartStats? stats)
    {
        lock (_lock)
        {
            stats = null;
            return _byName is not null && _byName.TryGetValue(child.Path.Name, out stats) && stats.Child.Equals(child);
        }
    }

    /// <summary>Notes that a child was told to stop.</summary>
    public void MarkStopping(IActorRef child)
    {
        lock (_lock)
            (_stopping ??= []).Add(child);
    }

    /// <summary>Says what is to follow when the children that are stopping have stopped.</summary>
    /// <returns>False if none is: it can follow now.</returns>
    public bool WaitFor(TerminationReason reason)
    {
        lock (_lock)
        {
            if (reason is TerminationReason.Termination || _stopping is { Count: > 0 })
                _reason = reason;
            return _stopping is { Count: > 0 };
        }
    }

    /// <summary>Removes a child that has stopped.</summary>
    /// <returns>What was being waited for, if this was the last child to wait for.</returns>
    public TerminationReason? Remove(IActorRef child)
    {
        lock (_lock)
        {
            if (_byName is null || !_byName.TryGetValue(child.Path.Name, out var stats) || !stats.Child.Equals(child))
                return null;
            _byName.Remove(child.Path.Name);
            if (_stopping?.Remove(child) != true || _stopping.Count > 0)
                return null;
            var reached = _reason;
            if (reached is not TerminationReason.Termination)
                _reason = null;
            return reached;
        }
    }

    // Least significant digit first: short, unique within the parent, and never a name that users may choose.
    private static string Base64Name(long number)
    {
        const string digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";
        Span<char> name = stackalloc char[11];
        var length = 0;
        do
        {
            name[length++] = digits[(int)(number & 63)];
            number >>= 6;
        }
        while (number > 0);
        return name[..length].ToString();
    }
}
