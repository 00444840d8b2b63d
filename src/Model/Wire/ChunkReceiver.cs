using System.Diagnostics.CodeAnalysis;

namespace ActorSparse.Model.Wire;

/// <summary>
/// Gathers the pieces of messages, without putting them together: memory is held as they come, whatever a piece claims of the whole.
/// </summary>
internal sealed class ChunkReceiver(long messageBytesMax)
{
    /// <summary>What holding a piece costs beside its bytes, so that many small ones count for what they take.</summary>
    public const int PieceOverheadBytes = 128;

    private List<ReadOnlyMemory<byte>>? _pieces;
    private string _manifest = "";
    private long _transferId;
    private long _totalBytes;
    private long _length;

    /// <summary>Pieces that did not belong to a message: repeated, out of order, or of one that is too large.</summary>
    public long Refused { get; private set; }

    /// <summary>Bytes of the message that is being gathered.</summary>
    public long HeldBytes => _length;

    /// <summary>Takes a piece; true if it completes its message.</summary>
    public bool TryAdd(in MessageChunk chunk, [NotNullWhen(true)] out IReadOnlyList<ReadOnlyMemory<byte>>? message)
    {
        message = null;
        if (chunk.Index == 0 && chunk.TransferId > _transferId) Begin(chunk);
        if (_pieces is null || !IsNext(chunk))
        {
            Refused++;
            return false;
        }
        _pieces.Add(chunk.Bytes);
        _length += chunk.Bytes.Length;
        if (_length < _totalBytes)
        {
            if (_length + (long)_pieces.Count * PieceOverheadBytes > messageBytesMax)
            {
                Refused++;
                Drop();
            }
            return false;
        }
        message = _pieces;
        _pieces = null;
        _length = 0;
        return true;
    }

    private bool IsNext(in MessageChunk chunk) =>
        chunk.TransferId == _transferId && chunk.Index == _pieces!.Count && chunk.TotalBytes == _totalBytes && chunk.Manifest == _manifest
        && chunk.Bytes.Length > 0 && chunk.Bytes.Length <= _totalBytes - _length;

    private void Begin(in MessageChunk chunk)
    {
        Drop();
        _transferId = chunk.TransferId;
        _totalBytes = chunk.TotalBytes;
        _manifest = chunk.Manifest;
        if (_totalBytes > 0 && _totalBytes <= messageBytesMax) _pieces = [];
    }

    private void Drop()
    {
        _pieces = null;
        _length = 0;
    }
}
