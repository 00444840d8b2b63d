using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Serialization;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Wire;

/// <summary>
/// Arrays of values on the wire, in 32 bits or rounded to 16 with the scale they were rounded at: in blocks whose exponents are packed, each
/// after its length in bytes.
/// </summary>
internal static class FloatCodec
{
    private const int BlockLength = ExponentPacking.BlockLength;

    /// <summary>Fewest bytes that so many values take: bfloat16 in 12 bits.</summary>
    public static long BytesMin(long count) => checked(count * 3) / 2;

    /// <summary>Writes <paramref name="values"/>, rounded to <paramref name="format"/>; rounded ones arrive as they are.</summary>
    [SkipLocalsInit]
    public static void Write(WireWriter writer, NativeBuffer<float> values, FloatFormat format = FloatFormat.Full)
    {
        writer.Byte((byte)format);
        if (format == FloatFormat.Full)
        {
            for (long start = 0; start < values.Length; start += BlockLength)
                WriteBlock(writer, format, MemoryMarshal.Cast<float, uint>(Block(values, start)));
            return;
        }
        var scale = HalfPrecision.Scale(format, values.Span);
        writer.Single(scale);
        Span<ushort> rounded = stackalloc ushort[BlockLength];
        for (long start = 0; start < values.Length; start += BlockLength)
        {
            var block = Block(values, start);
            HalfPrecision.Narrow(format, block, scale, rounded[..block.Length]);
            WriteBlock<ushort>(writer, format, rounded[..block.Length]);
        }
    }

    /// <summary>Reads as many values as <paramref name="target"/> has.</summary>
    [SkipLocalsInit]
    public static void Read(WireReader reader, NativeBuffer<float> target)
    {
        var format = reader.Enum<FloatFormat>();
        if (format == FloatFormat.Full)
        {
            for (long start = 0; start < target.Length; start += BlockLength)
                ReadBlock(reader, format, MemoryMarshal.Cast<float, uint>(Block(target, start)));
            return;
        }
        var scale = reader.Single();
        if (!float.IsNormal(scale) || scale < 0) throw new SerializationException($"values at scale {scale}: the message is damaged");
        Span<ushort> rounded = stackalloc ushort[BlockLength];
        for (long start = 0; start < target.Length; start += BlockLength)
        {
            var block = Block(target, start);
            ReadBlock(reader, format, rounded[..block.Length]);
            HalfPrecision.Widen(format, rounded[..block.Length], scale, block);
        }
    }

    private static Span<float> Block(NativeBuffer<float> values, long start) =>
        values.Slice(start, (int)Math.Min(BlockLength, values.Length - start));

    [SkipLocalsInit]
    private static void WriteBlock<T>(WireWriter writer, FloatFormat format, ReadOnlySpan<T> numbers) where T : unmanaged, IBinaryInteger<T>
    {
        Span<byte> bytes = stackalloc byte[BlockLength * sizeof(uint)];
        var length = ExponentPacking.Pack(format, numbers, bytes);
        writer.UInt16((ushort)length);
        writer.Raw(bytes[..length]);
    }

    [SkipLocalsInit]
    private static void ReadBlock<T>(WireReader reader, FloatFormat format, Span<T> numbers) where T : unmanaged, IBinaryInteger<T>
    {
        Span<byte> bytes = stackalloc byte[BlockLength * sizeof(uint)];
        var length = reader.UInt16();
        if (length > bytes.Length) throw new SerializationException($"a block of {length} bytes: the message is damaged");
        reader.Raw(bytes[..length]);
        if (!ExponentPacking.TryUnpack(format, bytes[..length], numbers))
            throw new SerializationException($"{length} bytes are no block of {numbers.Length} values: the message is damaged");
    }
}
