namespace ActorSparse.Model.Wire;

/// <summary>
/// Sends the segments of messages as pieces and lets only a few of them be under way at a time, so that heartbeats, which share the
/// connection, never wait behind a large message.
/// </summary>
internal sealed class ChunkSender(int windowChunks)
{
    private readonly List<(string Manifest, WireBytes Bytes, bool IsLatest)> _waiting = [];
    private readonly Queue<(long TransferId, int Index, WireBytes Bytes)> _underWay = new();
    private (string Manifest, WireBytes Bytes)? _current;
    private long _transferId;
    private int _next;

    /// <summary>Whether everything has been sent and has arrived.</summary>
    public bool IsIdle => _current is null && _waiting.Count == 0 && _underWay.Count == 0;

    /// <summary>Whether something was sent whose arrival is not known.</summary>
    public bool IsWaiting => _underWay.Count > 0;

    /// <summary>
    /// Puts a message behind those that wait; takes it over. Of those of which only the latest counts, one that still waits is dropped.
    /// </summary>
    public void Add(string manifest, WireBytes bytes, bool isLatest = false)
    {
        if (isLatest && _waiting.FindIndex(message => message.IsLatest) is var index and >= 0)
        {
            _waiting[index].Bytes.Dispose();
            _waiting.RemoveAt(index);
        }
        _waiting.Add((manifest, bytes, isLatest));
    }

    /// <summary>The next piece, if one may be sent now.</summary>
    public MessageChunk? Next()
    {
        if (_underWay.Count >= windowChunks) return null;
        if (_current is null)
        {
            if (_waiting.Count == 0) return null;
            _current = (_waiting[0].Manifest, _waiting[0].Bytes);
            _waiting.RemoveAt(0);
            _transferId++;
            _next = 0;
        }
        var (manifest, bytes) = _current.Value;
        var chunk = new MessageChunk(_transferId, _next, bytes.Length, manifest, bytes[_next]);
        _underWay.Enqueue((_transferId, _next, bytes));
        if (++_next == bytes.Count) _current = null;
        return chunk;
    }

    /// <summary>
    /// A piece has arrived; false if it is not the oldest one under way: the connection keeps their order, so that it is of before a loss,
    /// repeated or made up.
    /// </summary>
    public bool OnArrived(long transferId, int index)
    {
        if (!_underWay.TryPeek(out var oldest) || oldest.TransferId != transferId || oldest.Index != index) return false;
        _underWay.Dequeue();
        oldest.Bytes.Release(index);
        return true;
    }

    /// <summary>
    /// The connection lost something: what is under way is given up, the rest goes on. Whoever waits for an answer asks again. The memory
    /// of pieces under way is left to the garbage collector, since they may still be waiting to be copied.
    /// </summary>
    public void OnLost()
    {
        _underWay.Clear();
        if (_current is not { } message) return;
        for (; _next < message.Bytes.Count; _next++) message.Bytes.Release(_next);
        _current = null;
    }
}
