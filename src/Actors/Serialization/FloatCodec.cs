using System.Runtime.InteropServices;
using System.Runtime.Serialization;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;

namespace ActorSparse.Actors.Serialization;

/// <summary>Arrays of values on the wire: as they lie in memory, or rounded to 16 bits with the scale they were rounded at.</summary>
internal static class FloatCodec
{
    private const int BlockLength = 4096;

    /// <summary>Fewest bytes a value takes.</summary>
    public const int ValueBytesMin = sizeof(ushort);

    /// <summary>
    /// Writes <paramref name="values"/>; where they are rounded, <paramref name="residual"/>, if there is one, is added before and keeps
    /// what was taken away, and the values become those that are sent.
    /// </summary>
    public static void Write(WireWriter writer, NativeBuffer<float> values, FloatFormat format, NativeBuffer<float>? residual = null)
    {
        writer.Byte((byte)format);
        if (format == FloatFormat.Full)
        {
            writer.Floats(values);
            return;
        }
        if (residual is not null) ErrorFeedback.Add(values.Span, residual.Span);
        var scale = HalfPrecision.Scale(format, (residual ?? values).Span);
        writer.Single(scale);
        Span<ushort> rounded = stackalloc ushort[BlockLength];
        for (long start = 0; start < values.Length; start += BlockLength)
        {
            var count = (int)Math.Min(BlockLength, values.Length - start);
            var block = values.Slice(start, count);
            var target = rounded[..count];
            if (residual is null) HalfPrecision.Narrow(format, block, scale, target);
            else ErrorFeedback.Round(format, scale, residual.Slice(start, count), target, block);
            writer.Raw(MemoryMarshal.AsBytes(target));
        }
    }

    /// <summary>Reads as many values as <paramref name="target"/> has.</summary>
    public static void Read(WireReader reader, NativeBuffer<float> target)
    {
        var format = reader.Enum<FloatFormat>();
        if (format == FloatFormat.Full)
        {
            reader.Floats(target);
            return;
        }
        var scale = reader.Single();
        if (!float.IsNormal(scale) || scale < 0) throw new SerializationException($"values at scale {scale}: the message is damaged");
        reader.Check(target.Length * sizeof(ushort));
        Span<ushort> rounded = stackalloc ushort[BlockLength];
        for (long start = 0; start < target.Length; start += BlockLength)
        {
            var count = (int)Math.Min(BlockLength, target.Length - start);
            reader.Raw(MemoryMarshal.AsBytes(rounded[..count]));
            HalfPrecision.Widen(format, rounded[..count], scale, target.Slice(start, count));
        }
    }
}
