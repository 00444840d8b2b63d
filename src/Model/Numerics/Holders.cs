namespace ActorSparse.Model.Numerics;

/// <summary>Counts those who hold something whose memory goes with the last of them. Safe from all threads.</summary>
internal static class Holders
{
    /// <summary>Counts one more.</summary>
    /// <exception cref="ObjectDisposedException">Nobody holds it any more.</exception>
    public static void Add(ref int holders, object held)
    {
        // One that is gone must not come back by being asked for, as a number that is only counted up would have it.
        for (var before = Volatile.Read(ref holders); ;)
        {
            ObjectDisposedException.ThrowIf(before <= 0, held);
            var found = Interlocked.CompareExchange(ref holders, before + 1, before);
            if (found == before) return;
            before = found;
        }
    }

    /// <summary>Counts one less; says whether that was the last.</summary>
    public static bool Remove(ref int holders) => Interlocked.Decrement(ref holders) == 0;
}
