using Akka.Actor;

namespace Akka.Simulation.Internal;

/// <summary>The last steps of a run, and a digest of all of them.</summary>
internal sealed class Trace(int capacity)
{
    private readonly TraceEntry[] _entries = new TraceEntry[capacity];
    private long _count;

    /// <summary>Equal runs have equal digests: of the kind, the time and the actors of every step.</summary>
    internal ulong Digest { get; private set; }

    internal IEnumerable<TraceEntry> Entries
    {
        get
        {
            for (var i = Math.Max(0, _count - _entries.Length); i < _count; i++)
                yield return _entries[i % _entries.Length];
        }
    }

    internal void Add(in TraceEntry entry)
    {
        _entries[_count++ % _entries.Length] = entry;
        var hash = Mix(Digest, (ulong)entry.Kind);
        hash = Mix(hash, (ulong)entry.Time.Ticks);
        hash = Mix(hash, (ulong)UidOf(entry.Sender));
        Digest = Mix(hash, (ulong)UidOf(entry.Receiver));
    }

    private static long UidOf(IActorRef? actor) => actor?.Path.Uid ?? 0;

    // The step of FNV-1a, on words.
    private static ulong Mix(ulong hash, ulong word) => (hash ^ word) * 0x100000001b3;
}
