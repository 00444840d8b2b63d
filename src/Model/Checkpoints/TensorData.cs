using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Checkpoints;

/// <summary>A one-dimensional tensor to be written: a view of memory that its owner keeps until the file is written.</summary>
internal sealed unsafe class TensorData
{
    private const int PieceBytes = 1 << 24;
    private readonly byte* _pointer;

    private TensorData(string name, TensorElement element, void* pointer, long length)
    {
        Name = name;
        Element = element;
        Length = length;
        _pointer = (byte*)pointer;
    }

    /// <summary>Name in the file, such as "layers.1.values".</summary>
    public string Name { get; }

    /// <summary>Type of the elements.</summary>
    public TensorElement Element { get; }

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    /// <summary>Size in bytes.</summary>
    public long Bytes => Length * ElementBytes(Element);

    /// <summary>All of <paramref name="buffer"/>.</summary>
    public static TensorData Of(string name, NativeBuffer<float> buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return new(name, TensorElement.F32, buffer.Pointer, buffer.Length);
    }

    /// <summary>All of <paramref name="buffer"/>.</summary>
    public static TensorData Of(string name, NativeBuffer<byte> buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return new(name, TensorElement.U8, buffer.Pointer, buffer.Length);
    }

    /// <summary><paramref name="length"/> integers from <paramref name="pointer"/> on.</summary>
    public static TensorData Of(string name, int* pointer, long length) => new(name, TensorElement.I32, pointer, length);

    /// <summary>The same numbers under another name.</summary>
    internal TensorData As(string name) => new(name, Element, _pointer, Length);

    /// <summary>Bytes of one element.</summary>
    public static int ElementBytes(TensorElement element) => element == TensorElement.U8 ? 1 : 4;

    /// <summary>The bytes from <paramref name="offset"/> on, as many as one piece of a stream takes: a span alone ends at 2 GiB.</summary>
    public ReadOnlySpan<byte> Piece(long offset) => new(_pointer + offset, (int)Math.Min(PieceBytes, Bytes - offset));
}
