using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ActorSparse.Model.Numerics;

/// <summary>
/// A block of native memory, aligned to a cache line, of up to 2^63-1 bytes: arrays of .NET end below 2^31 elements and move. Freed by
/// <see cref="Dispose"/>; the finalizer only keeps a forgotten block from leaking.
/// </summary>
public sealed unsafe class NativeBuffer<T> : IDisposable where T : unmanaged
{
    /// <summary>Alignment of the first element, in bytes: a cache line and the widest vector.</summary>
    public const int AlignmentBytes = 64;

    private readonly MemoryMeter? _meter = MemoryMeter.Current;
    private T* _pointer;

    /// <summary>Allocates <paramref name="length"/> elements, all zero unless <paramref name="zeroed"/> is false.</summary>
    /// <exception cref="OutOfMemoryException">The system has no block of that size.</exception>
    public NativeBuffer(long length, bool zeroed = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        var bytes = checked((nuint)Math.Max(length, 1) * (nuint)sizeof(T));
        _pointer = (T*)NativeMemory.AlignedAlloc(bytes, AlignmentBytes);
        _meter?.Add(Bytes);
        if (zeroed) NativeMemory.Clear(_pointer, bytes);
    }

    /// <summary>Frees a block that nobody disposed of.</summary>
    ~NativeBuffer() => Free();

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    /// <summary>Size in bytes.</summary>
    public long Bytes => Length * sizeof(T);

    /// <summary>The first element. Valid until <see cref="Dispose"/>; keep the buffer reachable while it is in use.</summary>
    internal T* Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(_pointer is null, this);
            return _pointer;
        }
    }

    /// <summary>The element at <paramref name="index"/>; the index is checked in debug builds only.</summary>
    public ref T this[long index]
    {
        get
        {
            Debug.Assert((ulong)index < (ulong)Length, "index outside the buffer");
            return ref _pointer[index];
        }
    }

    /// <summary>All elements as a span.</summary>
    /// <exception cref="OverflowException">The buffer has more elements than a span can address.</exception>
    public Span<T> Span => new(Pointer, checked((int)Length));

    /// <summary>Elements <paramref name="start"/> to <paramref name="start"/> + <paramref name="count"/> as a span.</summary>
    public Span<T> Slice(long start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Length - count);
        return new(Pointer + start, count);
    }

    /// <summary>Copies all elements of <paramref name="source"/>, which must have the same length.</summary>
    public void CopyFrom(NativeBuffer<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNotEqual(source.Length, Length);
        Buffer.MemoryCopy(source.Pointer, Pointer, Bytes, Bytes);
    }

    /// <summary>A new buffer with the same elements.</summary>
    public NativeBuffer<T> Clone()
    {
        var clone = new NativeBuffer<T>(Length, zeroed: false);
        clone.CopyFrom(this);
        return clone;
    }

    /// <summary>Sets every element to zero.</summary>
    public void Clear() => NativeMemory.Clear(Pointer, (nuint)Bytes);

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        // A constructor that failed is finalized, too.
        if (_pointer is null) return;
        _meter?.Add(-Bytes);
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
    }
}
