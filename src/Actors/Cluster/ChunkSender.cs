namespace ActorSparse.Actors.Cluster;

/// <summary>
/// Cuts messages into pieces that fit into a frame and lets only a few of them be under way at a time, so that heartbeats, which share the
/// connection, never wait behind a large message.
/// </summary>
internal sealed class ChunkSender(int chunkBytes, int windowChunks)
{
    private readonly Queue<(string Manifest, byte[] Bytes)> _waiting = new();
    private (string Manifest, byte[] Bytes)? _current;
    private long _transferId;
    private int _next;
    private int _underWay;
    private long _lostUpTo;

    /// <summary>Whether everything has been sent and has arrived.</summary>
    public bool IsIdle => _current is null && _waiting.Count == 0 && _underWay == 0;

    /// <summary>Whether something was sent whose arrival is not known.</summary>
    public bool IsWaiting => _underWay > 0;

    /// <summary>Puts a message behind those that wait.</summary>
    public void Add(string manifest, byte[] bytes) => _waiting.Enqueue((manifest, bytes));

    /// <summary>The next piece, if one may be sent now.</summary>
    public Nodes.Chunk? Next()
    {
        if (_underWay >= windowChunks) return null;
        if (_current is null)
        {
            if (!_waiting.TryDequeue(out var message)) return null;
            _current = message;
            _transferId++;
            _next = 0;
        }
        var (manifest, bytes) = _current.Value;
        var start = _next * chunkBytes;
        var count = Math.Min(chunkBytes, bytes.Length - start);
        var chunk = new Nodes.Chunk(_transferId, _next++, bytes.Length, manifest, bytes.AsMemory(start, count));
        _underWay++;
        if (start + count == bytes.Length) _current = null;
        return chunk;
    }

    /// <summary>A piece has arrived.</summary>
    public void OnArrived(Nodes.ChunkArrived arrived)
    {
        // Of a message before a loss: its pieces are no longer counted.
        if (arrived.TransferId <= _lostUpTo || arrived.TransferId > _transferId) return;
        if (_underWay > 0) _underWay--;
    }

    /// <summary>
    /// The connection lost something: what is under way is given up, the rest goes on. Whoever waits for an answer asks again.
    /// </summary>
    public void OnLost()
    {
        _lostUpTo = _transferId;
        _underWay = 0;
        _current = null;
    }
}
