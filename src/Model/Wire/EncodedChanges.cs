namespace ActorSparse.Model.Wire;

/// <summary>
/// The latest changes of topologies as bytes: after an evolution every worker is told of the same ones, and each is encoded once. Bounded
/// in number and bytes, the oldest go first. Safe from all threads.
/// </summary>
internal sealed class EncodedChanges(int countMax, long bytesMax)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(ulong From, ulong To), byte[][]> _changes = [];
    private readonly Queue<(ulong From, ulong To)> _byAge = [];

    /// <summary>Bytes held.</summary>
    public long Bytes { get; private set; }

    /// <summary>
    /// The bytes of the change between two identities, in pieces; <paramref name="encode"/> writes them if they are not known, or says by
    /// false that there is no such change, which gives null. Whoever asks for one while it is encoded waits for it.
    /// </summary>
    public IReadOnlyList<byte[]>? Get(ulong from, ulong to, Func<WireWriter, bool> encode)
    {
        lock (_lock)
        {
            if (_changes.TryGetValue((from, to), out var known)) return known;
            var writer = new WireWriter();
            var isThere = encode(writer);
            using var bytes = writer.Finish();
            if (!isThere) return null;
            // Pieces of their own, as those of the writer are pooled.
            byte[][] pieces = [.. Enumerable.Range(0, bytes.Count).Select(index => bytes[index].ToArray())];
            Keep((from, to), pieces, bytes.Length);
            return pieces;
        }
    }

    private void Keep((ulong From, ulong To) key, byte[][] pieces, long bytes)
    {
        if (bytes > bytesMax) return;
        _changes.Add(key, pieces);
        _byAge.Enqueue(key);
        Bytes += bytes;
        while (Bytes > bytesMax || _changes.Count > countMax)
            if (_changes.Remove(_byAge.Dequeue(), out var oldest)) Bytes -= oldest.Sum(piece => (long)piece.Length);
    }
}
