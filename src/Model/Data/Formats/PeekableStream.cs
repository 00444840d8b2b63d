namespace ActorSparse.Model.Data.Formats;

/// <summary>A stream whose beginning can be looked at before it is read, also where it cannot seek. Owns <paramref name="inner"/>.</summary>
internal sealed class PeekableStream(Stream inner) : Stream
{
    private byte[] _head = [];
    private int _start, _end;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The next <paramref name="count"/> bytes, fewer only at the end, which are still to be read.</summary>
    internal ReadOnlySpan<byte> Peek(int count)
    {
        if (_end - _start < count)
        {
            var head = new byte[count];
            var kept = _end - _start;
            _head.AsSpan(_start, kept).CopyTo(head);
            (_end, _start) = (kept + inner.ReadAtLeast(head.AsSpan(kept), count - kept, throwOnEndOfStream: false), 0);
            _head = head;
        }
        return _head.AsSpan(_start, Math.Min(count, _end - _start));
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_start == _end) return inner.Read(buffer);
        var count = Math.Min(buffer.Length, _end - _start);
        _head.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush() { }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
