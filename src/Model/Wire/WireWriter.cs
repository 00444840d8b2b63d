using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Wire;

/// <summary>
/// Writes little-endian fields one after the other into segments of pooled memory; arrays of indices as they lie in memory.
/// </summary>
internal sealed unsafe class WireWriter
{
    /// <summary>Size of a segment where nothing depends on it.</summary>
    public const int DefaultSegmentBytes = 1 << 16;

    private readonly List<byte[]?> _segments = [];
    private readonly int _segmentBytes;
    private byte[] _current = [];
    private int _used;

    public WireWriter(int segmentBytes = DefaultSegmentBytes) => _used = _segmentBytes = segmentBytes;

    /// <summary>In how many bits the gradients of phase one are written.</summary>
    public FloatFormat GradientFormat { get; init; }

    /// <summary>In how many bits the parameters of phase one are written.</summary>
    public FloatFormat ParameterFormat { get; init; }

    /// <summary>Number of bytes written.</summary>
    public long Length => (long)_segments.Count * _segmentBytes - (_segmentBytes - _used);

    /// <summary>What was written; nothing is written afterwards.</summary>
    public WireBytes Finish() => new(_segments, _segmentBytes, Length);

    public void Byte(byte value) => Raw([value]);

    public void Bool(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void UInt16(ushort value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        Raw(bytes);
    }

    public void Int32(int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        Raw(bytes);
    }

    public void Int64(long value) => UInt64((ulong)value);

    public void UInt64(ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        Raw(bytes);
    }

    public void Double(double value) => UInt64(BitConverter.DoubleToUInt64Bits(value));

    public void Single(float value) => Int32(BitConverter.SingleToInt32Bits(value));

    public void String(string value) => Bytes(Encoding.UTF8.GetBytes(value));

    public void List<T>(IReadOnlyList<T> items, Action<WireWriter, T> write)
    {
        Int32(items.Count);
        for (var index = 0; index < items.Count; index++) write(this, items[index]);
    }

    public void Ints(int* values, long count) => Raw(values, count * sizeof(int));

    /// <summary>How many, then the numbers as they lie in memory.</summary>
    public void Doubles(ReadOnlySpan<double> values)
    {
        Int32(values.Length);
        Raw(MemoryMarshal.AsBytes(values));
    }

    public void Bytes(ReadOnlySpan<byte> values)
    {
        Int32(values.Length);
        Raw(values);
    }

    private void Raw(void* source, long count)
    {
        for (long done = 0; done < count;)
        {
            var part = (int)Math.Min(count - done, 1 << 30);
            Raw(new ReadOnlySpan<byte>((byte*)source + done, part));
            done += part;
        }
    }

    /// <summary>A number of at least 0, seven bits to a byte, the lowest first.</summary>
    public void Distance(long value)
    {
        Span<byte> bytes = stackalloc byte[10];
        var count = 0;
        for (; value >= 0x80; value >>= 7) bytes[count++] = (byte)(value | 0x80);
        bytes[count++] = (byte)value;
        Raw(bytes[..count]);
    }

    public void Raw(ReadOnlySpan<byte> source)
    {
        while (!source.IsEmpty)
        {
            if (_used == _segmentBytes) Begin();
            var part = Math.Min(source.Length, _segmentBytes - _used);
            source[..part].CopyTo(_current.AsSpan(_used));
            _used += part;
            source = source[part..];
        }
    }

    private void Begin()
    {
        _current = ArrayPool<byte>.Shared.Rent(_segmentBytes);
        _segments.Add(_current);
        _used = 0;
    }
}
