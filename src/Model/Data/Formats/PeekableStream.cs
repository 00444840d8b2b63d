namespace ActorSparse.Model.Data.Formats;

/// <summary>A stream whose beginning can be looked at before it is read, also where it cannot seek. Owns <paramref name="inner"/>.</summary>
internal sealed class PeekableStream(Stream inner) : ForwardStream
{
    private byte[] _head = [];
    private int _start, _end;

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
    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
