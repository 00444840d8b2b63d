using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ActorSparse.Model.Numerics;

/// <summary>
/// Numbers of 32 bits to 16 and back, rounded to the nearest, ties to even. Nothing finite becomes infinite: bfloat16 stops at its largest
/// number, and binary16 is given values that <see cref="Scale"/> brings below 2^15, half its range.
/// </summary>
internal static unsafe class HalfPrecision
{
    // Of 16 numbers, the last ones may be padding.
    private const int Block = 16;
    private const int ScaledExponentMax = 14;

    /// <summary>
    /// The power of two by which values are multiplied before they are rounded: 1, or for binary16 the one that brings the largest of
    /// <paramref name="values"/>, once it is rounded, from 2^14 to below 2^15, so that all 29 binades of normal numbers lie below it.
    /// Powers of two change no bit of a value. 1 also if a value is not finite.
    /// </summary>
    /// <remarks>
    /// Values that were rounded have the same scale as before: rounded again, they stay as they are. Only what would be rounded up to
    /// 2^128, which is no number of 32 bits, is brought to below 2^16 instead, where it stops at binary16's largest.
    /// </remarks>
    public static float Scale(FloatFormat format, ReadOnlySpan<float> values)
    {
        if (format != FloatFormat.Fp16) return 1;
        var largest = LargestMagnitude(values);
        if (largest == 0 || !float.IsFinite(largest)) return 1;
        // To binary16's 10 bits of mantissa, ties to even; a carry goes to the exponent. Of a subnormal the exponent does not matter.
        var bits = BitConverter.SingleToInt32Bits(largest);
        bits += 0xFFF + ((bits >> 13) & 1);
        // The largest number of 11 bits below 2^128, and all above.
        var exponent = bits >> 13 >= 0x7F7F_E000 >> 13 ? 126 : (bits >> 23) - 127;
        // Beyond 2^126 the scale or its inverse would not be a normal number.
        return float.ScaleB(1, Math.Clamp(ScaledExponentMax - exponent, -126, 126));
    }

    /// <summary>Largest magnitude; NaN or infinity if a value is not finite; 0 for none.</summary>
    public static float LargestMagnitude(ReadOnlySpan<float> values)
    {
        // As integers magnitudes have the order of the numbers, with infinity and NaN above all.
        var largest = Vector<int>.Zero;
        var mask = new Vector<int>(int.MaxValue);
        var vectors = MemoryMarshal.Cast<float, Vector<int>>(values);
        foreach (var vector in vectors) largest = Vector.Max(largest, vector & mask);
        var result = 0;
        for (var lane = 0; lane < Vector<int>.Count; lane++) result = Math.Max(result, largest[lane]);
        foreach (var value in values[(vectors.Length * Vector<int>.Count)..])
            result = Math.Max(result, BitConverter.SingleToInt32Bits(value) & int.MaxValue);
        return BitConverter.Int32BitsToSingle(result);
    }

    /// <summary>Rounds <paramref name="source"/> times <paramref name="scale"/> to <paramref name="target"/> of the same length.</summary>
    public static void Narrow(FloatFormat format, ReadOnlySpan<float> source, float scale, Span<ushort> target)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(target.Length, source.Length);
        Require16Bits(format);
        Span<float> lastSource = stackalloc float[Block];
        Span<ushort> lastTarget = stackalloc ushort[Block];
        var whole = source.Length & -Block;
        fixed (float* from = source)
        fixed (ushort* to = target)
            for (var index = 0; index < whole; index += Block) Narrow(format, from + index, scale, to + index);
        if (whole == source.Length) return;
        lastSource.Clear();
        source[whole..].CopyTo(lastSource);
        fixed (float* from = lastSource)
        fixed (ushort* to = lastTarget)
            Narrow(format, from, scale, to);
        lastTarget[..(source.Length - whole)].CopyTo(target[whole..]);
    }

    /// <summary>
    /// The numbers that <see cref="Narrow(FloatFormat, ReadOnlySpan{float}, float, Span{ushort})"/> made, divided by the scale.
    /// </summary>
    public static void Widen(FloatFormat format, ReadOnlySpan<ushort> source, float scale, Span<float> target)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(target.Length, source.Length);
        Require16Bits(format);
        Span<ushort> lastSource = stackalloc ushort[Block];
        Span<float> lastTarget = stackalloc float[Block];
        var inverse = 1 / scale;
        var whole = source.Length & -Block;
        fixed (ushort* from = source)
        fixed (float* to = target)
            for (var index = 0; index < whole; index += Block) Widen(format, from + index, inverse, to + index);
        if (whole == source.Length) return;
        lastSource.Clear();
        source[whole..].CopyTo(lastSource);
        fixed (ushort* from = lastSource)
        fixed (float* to = lastTarget)
            Widen(format, from, inverse, to);
        lastTarget[..(source.Length - whole)].CopyTo(target[whole..]);
    }

    private static void Require16Bits(FloatFormat format)
    {
        if (format is not (FloatFormat.Bf16 or FloatFormat.Fp16))
            throw new ArgumentOutOfRangeException(nameof(format), format, "not a format of 16 bits");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Narrow(FloatFormat format, float* source, float scale, ushort* target)
    {
        var factor = Vector256.Create(scale);
        var low = (Vector256.Load(source) * factor).AsUInt32();
        var high = (Vector256.Load(source + Block / 2) * factor).AsUInt32();
        var narrowed = format == FloatFormat.Bf16
            ? Vector256.Narrow(ToBf16(low), ToBf16(high))
            : Vector256.Narrow(ToFp16(low), ToFp16(high));
        narrowed.Store(target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Widen(FloatFormat format, ushort* source, float inverse, float* target)
    {
        var factor = Vector256.Create(inverse);
        var (low, high) = Vector256.Widen(Vector256.Load(source));
        var isBf16 = format == FloatFormat.Bf16;
        ((isBf16 ? low << 16 : FromFp16(low)).AsSingle() * factor).Store(target);
        ((isBf16 ? high << 16 : FromFp16(high)).AsSingle() * factor).Store(target + Block / 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> ToBf16(Vector256<uint> bits)
    {
        var sign = bits & Vector256.Create(0x8000_0000u);
        var magnitude = bits ^ sign;
        var odd = (magnitude >> 16) & Vector256<uint>.One;
        var rounded = Vector256.Min(magnitude + Vector256.Create(0x7FFFu) + odd, Vector256.Create(0x7F7F_0000u));
        // Infinity stays what it is; of a NaN one bit must be left.
        var special = magnitude | Vector256.ConditionalSelect(
            Vector256.GreaterThan(magnitude, Vector256.Create(0x7F80_0000u)), Vector256.Create(0x0040_0000u), Vector256<uint>.Zero);
        var isFinite = Vector256.LessThan(magnitude, Vector256.Create(0x7F80_0000u));
        return (Vector256.ConditionalSelect(isFinite, rounded, special) | sign) >> 16;
    }

    // Normal results are rounded as integers; for those below 2^-14 the addition of 1/2 rounds, since the last place of a binary16
    // subnormal, 2^-24, is the last place of numbers from 1/2 to 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> ToFp16(Vector256<uint> bits)
    {
        var sign = bits & Vector256.Create(0x8000_0000u);
        var magnitude = bits ^ sign;
        var half = Vector256.Create(0.5f);
        var subnormal = (magnitude.AsSingle() + half).AsUInt32() - half.AsUInt32();
        var odd = (magnitude >> 13) & Vector256<uint>.One;
        var normal = (magnitude - Vector256.Create(112u << 23) + Vector256.Create(0xFFFu) + odd) >> 13;
        var finite = Vector256.Min(
            Vector256.ConditionalSelect(Vector256.LessThan(magnitude, Vector256.Create(113u << 23)), subnormal, normal),
            Vector256.Create(0x7BFFu));
        var special = Vector256.Create(0x7C00u) | Vector256.ConditionalSelect(
            Vector256.GreaterThan(magnitude, Vector256.Create(0x7F80_0000u)), Vector256.Create(0x0200u), Vector256<uint>.Zero);
        var isFinite = Vector256.LessThan(magnitude, Vector256.Create(0x7F80_0000u));
        return Vector256.ConditionalSelect(isFinite, finite, special) | (sign >> 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> FromFp16(Vector256<uint> bits)
    {
        var sign = (bits & Vector256.Create(0x8000u)) << 16;
        var magnitude = (bits & Vector256.Create(0x7FFFu)) << 13;
        var exponent = magnitude & Vector256.Create(0x0F80_0000u);
        var normal = magnitude + Vector256.Create(112u << 23);
        // The exponent of a subnormal is that of 2^-14, whose leading bit it lacks.
        var least = Vector256.Create(113u << 23);
        var subnormal = ((magnitude + least).AsSingle() - least.AsSingle()).AsUInt32();
        var special = magnitude + Vector256.Create(224u << 23);
        var finite = Vector256.ConditionalSelect(Vector256.Equals(exponent, Vector256<uint>.Zero), subnormal, normal);
        return Vector256.ConditionalSelect(Vector256.Equals(exponent, Vector256.Create(0x0F80_0000u)), special, finite) | sign;
    }
}
