using System.Diagnostics.CodeAnalysis;

namespace ActorSparse.Actors.Cluster;

/// <summary>Puts the pieces of messages together again.</summary>
internal sealed class ChunkReceiver(int messageBytesMax)
{
    private byte[]? _bytes;
    private long _transferId;
    private int _next;
    private int _length;

    /// <summary>Pieces that did not belong to a message: repeated, out of order, or of one that is too large.</summary>
    public long Refused { get; private set; }

    /// <summary>Takes a piece; true if it completes its message.</summary>
    public bool TryAdd(Nodes.Chunk chunk, [NotNullWhen(true)] out byte[]? message)
    {
        message = null;
        if (chunk.Index == 0 && chunk.TransferId > _transferId) Begin(chunk);
        if (_bytes is null || chunk.TransferId != _transferId || chunk.Index != _next || chunk.TotalBytes != _bytes.Length
            || chunk.Bytes.Length > _bytes.Length - _length || (chunk.Bytes.Length == 0 && _bytes.Length > 0))
        {
            Refused++;
            return false;
        }
        chunk.Bytes.CopyTo(_bytes.AsMemory(_length));
        _length += chunk.Bytes.Length;
        _next++;
        if (_length < _bytes.Length) return false;
        message = _bytes;
        _bytes = null;
        return true;
    }

    private void Begin(Nodes.Chunk chunk)
    {
        _transferId = chunk.TransferId;
        _next = _length = 0;
        // One that is too large is refused before memory is set aside for it.
        _bytes = chunk.TotalBytes >= 0 && chunk.TotalBytes <= messageBytesMax ? new byte[chunk.TotalBytes] : null;
    }
}
