using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Serialization;
using System.Text;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Wire;

/// <summary>
/// Reads what <see cref="WireWriter"/> wrote from the segments in which it came, cut wherever; anything else is refused before memory is
/// set aside for it.
/// </summary>
internal sealed unsafe class WireReader
{
    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _segments;
    private readonly long _length;
    private ReadOnlyMemory<byte> _current;
    private int _next;
    private long _position;

    public WireReader(IReadOnlyList<ReadOnlyMemory<byte>> segments)
    {
        _segments = segments;
        foreach (var segment in segments) _length += segment.Length;
    }

    /// <summary>Number of bytes that are left.</summary>
    public long Left => _length - _position;

    public byte Byte()
    {
        byte value;
        Raw(new Span<byte>(&value, 1));
        return value;
    }

    public bool Bool() => Byte() switch
    {
        0 => false,
        1 => true,
        var other => throw new SerializationException($"{other} at byte {_position - 1} is no truth value"),
    };

    public ushort UInt16()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ushort)];
        Raw(bytes);
        return BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    public int Int32()
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        Raw(bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    public long Int64() => (long)UInt64();

    public ulong UInt64()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        Raw(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    public double Double() => BitConverter.UInt64BitsToDouble(UInt64());

    public float Single() => BitConverter.Int32BitsToSingle(Int32());

    public string String() => Encoding.UTF8.GetString(Bytes().Span);

    public TEnum Enum<TEnum>() where TEnum : struct, Enum
    {
        var value = (TEnum)System.Enum.ToObject(typeof(TEnum), Byte());
        return System.Enum.IsDefined(value) ? value : throw new SerializationException($"{value} is no {typeof(TEnum).Name}");
    }

    /// <summary>Items of at least <paramref name="itemBytes"/> bytes each.</summary>
    public T[] List<T>(Func<WireReader, T> read, int itemBytes = 1)
    {
        var items = new T[Count(itemBytes)];
        for (var index = 0; index < items.Length; index++) items[index] = read(this);
        return items;
    }

    /// <summary>Numbers as <see cref="WireWriter.Doubles"/> wrote them.</summary>
    public double[] Doubles()
    {
        var values = new double[Count(sizeof(double))];
        Raw(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    public NativeBuffer<int> Ints(long count)
    {
        Check(checked(count * sizeof(int)));
        var target = new NativeBuffer<int>(count, zeroed: false);
        Raw(target.Pointer, target.Bytes);
        return target;
    }

    /// <summary>A length and so many bytes: the memory they came in where that is in one piece.</summary>
    public ReadOnlyMemory<byte> Bytes()
    {
        var count = Count(1);
        if (_current.IsEmpty && count > 0) Advance();
        if (count <= _current.Length)
        {
            var part = _current[..count];
            _current = _current[count..];
            _position += count;
            return part;
        }
        var bytes = new byte[count];
        Raw(bytes);
        return bytes;
    }

    /// <summary>A number of at least 0 as <see cref="WireWriter.Distance"/> wrote it.</summary>
    public long Distance()
    {
        long value = 0;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var part = Byte();
            value |= (long)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }
        throw new SerializationException($"a number without end at byte {_position}: the message is damaged");
    }

    /// <summary>A number of items of at least so many bytes each: no more than what is left can hold.</summary>
    public int Count(int itemBytes)
    {
        var count = Int32();
        if (count < 0 || count > Left / itemBytes)
            throw new SerializationException($"{count} items at byte {_position} of {_length}: the message is damaged");
        return count;
    }

    /// <summary>Makes sure that so many bytes are left.</summary>
    public void Check(long count)
    {
        if (count < 0 || count > Left)
            throw new SerializationException($"{count} bytes wanted at byte {_position} of {_length}: the message is damaged");
    }

    public void End()
    {
        if (Left != 0) throw new SerializationException($"{Left} bytes are left over: the message is damaged");
    }

    public void Raw(Span<byte> target)
    {
        Check(target.Length);
        _position += target.Length;
        while (!target.IsEmpty)
        {
            if (_current.IsEmpty) Advance();
            var part = Math.Min(target.Length, _current.Length);
            _current.Span[..part].CopyTo(target);
            _current = _current[part..];
            target = target[part..];
        }
    }

    private void Raw(void* target, long count)
    {
        Check(count);
        for (long done = 0; done < count;)
        {
            var part = (int)Math.Min(count - done, 1 << 30);
            Raw(new Span<byte>((byte*)target + done, part));
            done += part;
        }
    }

    private void Advance()
    {
        while (_current.IsEmpty) _current = _segments[_next++];
    }
}
