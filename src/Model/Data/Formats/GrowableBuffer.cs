using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data.Formats;

/// <summary>A native buffer that grows by doubling while a file of unknown length is read.</summary>
internal sealed class GrowableBuffer<T> : IDisposable where T : unmanaged
{
    private const int InitialLength = 1024;
    private NativeBuffer<T> _buffer = new(InitialLength, zeroed: false);

    /// <summary>Number of elements.</summary>
    internal long Length { get; private set; }

    internal T this[long index] => _buffer[index];

    internal unsafe void Add(T value)
    {
        if (Length == _buffer.Length) Resize(2 * Length);
        _buffer.Pointer[Length++] = value;
    }

    internal void Add(ReadOnlySpan<T> values)
    {
        if (Length + values.Length > _buffer.Length) Resize(Math.Max(2 * Length, Length + values.Length));
        values.CopyTo(_buffer.Slice(Length, values.Length));
        Length += values.Length;
    }

    internal void Clear() => Length = 0;

    /// <summary>The elements in a buffer of exactly their number, which the caller owns; this one is empty afterwards.</summary>
    internal NativeBuffer<T> Take()
    {
        Resize(Length);
        var taken = _buffer;
        _buffer = new(0);
        Length = 0;
        return taken;
    }

    public void Dispose() => _buffer.Dispose();

    private unsafe void Resize(long length)
    {
        var resized = new NativeBuffer<T>(length, zeroed: false);
        Buffer.MemoryCopy(_buffer.Pointer, resized.Pointer, Math.Max(resized.Bytes, sizeof(T)), Length * sizeof(T));
        _buffer.Dispose();
        _buffer = resized;
    }
}
