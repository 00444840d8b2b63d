using System.Buffers;

namespace ActorSparse.Model.Wire;

/// <summary>
/// A message as bytes: segments of pooled memory, all of one size but the last. No array grows with the message, so that the large-object
/// heap stays out of it and a message may be larger than 2 GiB.
/// </summary>
internal sealed class WireBytes : IDisposable
{
    private readonly List<byte[]?> _segments;
    private readonly int _segmentBytes;

    public WireBytes(List<byte[]?> segments, int segmentBytes, long length)
    {
        _segments = segments;
        _segmentBytes = segmentBytes;
        Length = length;
    }

    /// <summary>Number of bytes.</summary>
    public long Length { get; }

    /// <summary>Number of segments.</summary>
    public int Count => _segments.Count;

    /// <summary>A segment; its memory may be read until it is released.</summary>
    public ReadOnlyMemory<byte> this[int index] => new(
        _segments[index] ?? throw new ObjectDisposedException(nameof(WireBytes)), 0,
        (int)Math.Min(_segmentBytes, Length - (long)index * _segmentBytes));

    /// <summary>All of it as one array.</summary>
    /// <exception cref="OverflowException">It is larger than an array can be.</exception>
    public byte[] ToArray()
    {
        var bytes = GC.AllocateUninitializedArray<byte>(checked((int)Length));
        for (var index = 0; index < Count; index++) this[index].Span.CopyTo(bytes.AsSpan(index * _segmentBytes));
        return bytes;
    }

    /// <summary>Gives a segment's memory back to the pool: nobody reads it any more.</summary>
    public void Release(int index)
    {
        if (_segments[index] is not { } segment) return;
        _segments[index] = null;
        ArrayPool<byte>.Shared.Return(segment);
    }

    /// <summary>Gives all memory back.</summary>
    public void Dispose()
    {
        for (var index = 0; index < Count; index++) Release(index);
    }
}
