using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Actors.Serialization;

/// <summary>Writes little-endian fields one after the other to a growing block of memory; arrays of numbers as raw spans.</summary>
internal sealed unsafe class WireWriter(int capacity)
{
    private byte[] _bytes = new byte[capacity];
    private int _length;

    public byte[] ToArray() => _length == _bytes.Length ? _bytes : _bytes.AsSpan(0, _length).ToArray();

    public void Byte(byte value) => Reserve(1)[0] = value;

    public void Bool(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void Int32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Reserve(sizeof(int)), value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Reserve(sizeof(long)), value);

    public void UInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Reserve(sizeof(ulong)), value);

    public void Double(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Reserve(sizeof(double)), value);

    public void OptionalDouble(double? value)
    {
        Bool(value is not null);
        if (value is { } number) Double(number);
    }

    public void String(string value)
    {
        var count = Encoding.UTF8.GetByteCount(value);
        Int32(count);
        Encoding.UTF8.GetBytes(value, Reserve(count));
    }

    public void OptionalString(string? value)
    {
        Bool(value is not null);
        if (value is not null) String(value);
    }

    public void List<T>(IReadOnlyList<T> items, Action<WireWriter, T> write)
    {
        Int32(items.Count);
        for (var index = 0; index < items.Count; index++) write(this, items[index]);
    }

    public void Floats(NativeBuffer<float> values) => Raw(values.Pointer, values.Bytes);

    public void Ints(int* values, long count) => Raw(values, count * sizeof(int));

    public void Floats(ReadOnlySpan<float> values) => MemoryMarshal.AsBytes(values).CopyTo(Reserve(values.Length * sizeof(float)));

    public void Bytes(ReadOnlySpan<byte> values)
    {
        Int32(values.Length);
        values.CopyTo(Reserve(values.Length));
    }

    private void Raw(void* source, long count) => new ReadOnlySpan<byte>(source, checked((int)count)).CopyTo(Reserve((int)count));

    private Span<byte> Reserve(int count)
    {
        var start = _length;
        _length = checked(_length + count);
        if (_length > _bytes.Length) Array.Resize(ref _bytes, (int)Math.Min(Math.Max(_length, 2L * _bytes.Length), Array.MaxLength));
        return _bytes.AsSpan(start, count);
    }
}
