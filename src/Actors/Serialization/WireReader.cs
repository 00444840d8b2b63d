using System.Buffers.Binary;
using System.Runtime.Serialization;
using System.Text;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Actors.Serialization;

/// <summary>Reads what <see cref="WireWriter"/> wrote; anything else is refused before memory is set aside for it.</summary>
internal sealed unsafe class WireReader(byte[] bytes)
{
    /// <summary>Where the next field begins.</summary>
    public int Position { get; set; }

    public byte Byte() => Take(1)[0];

    public bool Bool() => Byte() switch
    {
        0 => false,
        1 => true,
        var other => throw new SerializationException($"{other} at byte {Position - 1} is no truth value"),
    };

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    public double? OptionalDouble() => Bool() ? Double() : null;

    public string String() => Encoding.UTF8.GetString(Take(Int32()));

    public string? OptionalString() => Bool() ? String() : null;

    public TEnum Enum<TEnum>() where TEnum : struct, Enum
    {
        var value = (TEnum)System.Enum.ToObject(typeof(TEnum), Byte());
        return System.Enum.IsDefined(value) ? value : throw new SerializationException($"{value} is no {typeof(TEnum).Name}");
    }

    public T[] List<T>(Func<WireReader, T> read)
    {
        var items = new T[Count(1)];
        for (var index = 0; index < items.Length; index++) items[index] = read(this);
        return items;
    }

    public void Floats(NativeBuffer<float> target) =>
        Take(checked((int)target.Bytes)).CopyTo(new Span<byte>(target.Pointer, (int)target.Bytes));

    public byte[] Bytes() => Take(Int32()).ToArray();

    public NativeBuffer<int> Ints(int count)
    {
        var source = Take(checked(count * sizeof(int)));
        var target = new NativeBuffer<int>(count, zeroed: false);
        source.CopyTo(new Span<byte>(target.Pointer, source.Length));
        return target;
    }

    /// <summary>A number of items of at least so many bytes each: no more than what is left can hold.</summary>
    public int Count(int itemBytes)
    {
        var count = Int32();
        if (count < 0 || count > (bytes.Length - Position) / itemBytes)
            throw new SerializationException($"{count} items at byte {Position} of {bytes.Length}: the message is damaged");
        return count;
    }

    /// <summary>So many bytes, if they are there.</summary>
    public int Checked(long count) => count >= 0 && count <= bytes.Length - Position ? (int)count
        : throw new SerializationException($"{count} bytes wanted at byte {Position} of {bytes.Length}: the message is damaged");

    public void Skip(long count) => Position += Checked(count);

    public void End()
    {
        if (Position != bytes.Length)
            throw new SerializationException($"{bytes.Length - Position} bytes are left over: the message is damaged");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        var span = bytes.AsSpan(Position, Checked(count));
        Position += count;
        return span;
    }
}
