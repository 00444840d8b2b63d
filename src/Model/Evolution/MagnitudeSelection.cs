using System.Runtime.CompilerServices;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Evolution;

/// <summary>
/// The weights of either sign that lie closest to zero. Positive and negative weights are told apart by their sign bit, so that each zero
/// belongs to one side; equal magnitudes are taken in ascending order of position.
/// </summary>
/// <remarks>
/// The magnitude up to which weights are taken is found digit by digit from histograms of the float's bits, which sort like integers: three
/// passes whatever the values, where quickselect has a bad case and a mispredicted branch a comparison.
/// </remarks>
internal static unsafe class MagnitudeSelection
{
    private const int HighShift = 20, MiddleShift = 9, Sides = 2;
    private const int Digits = 1 << 11, LowDigits = 1 << MiddleShift;
    private const uint MagnitudeMask = 0x7FFF_FFFF;

    /// <summary>Number of weights with the sign bit set.</summary>
    public static long CountNegative(NativeBuffer<float> values)
    {
        var bits = (uint*)values.Pointer;
        long negative = 0;
        for (long position = 0; position < values.Length; position++) negative += bits[position] >> 31;
        return negative;
    }

    /// <summary>
    /// Sets <paramref name="selected"/> (nnz) to 1 for the <paramref name="positiveCount"/> positive and the
    /// <paramref name="negativeCount"/> negative weights closest to zero, and to 0 for the others.
    /// </summary>
    public static void Mark(NativeBuffer<float> values, long positiveCount, long negativeCount, NativeBuffer<byte> selected)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(selected.Length, values.Length);
        long* wanted = stackalloc long[Sides] { positiveCount, negativeCount };
        uint* limits = stackalloc uint[Sides];
        FindLimits((uint*)values.Pointer, values.Length, wanted, limits);

        var bits = (uint*)values.Pointer;
        var marks = selected.Pointer;
        for (long position = 0; position < values.Length; position++)
        {
            var side = bits[position] >> 31;
            var magnitude = bits[position] & MagnitudeMask;
            var isSelected = magnitude < limits[side];
            if (magnitude == limits[side] && wanted[side] > 0)
            {
                isSelected = true;
                wanted[side]--;
            }
            marks[position] = Unsafe.BitCast<bool, byte>(isSelected);
        }
    }

    // On return every magnitude below limits[side] is to be taken, and wanted[side] of those equal to it.
    private static void FindLimits(uint* bits, long count, long* wanted, uint* limits)
    {
        var histogram = stackalloc long[Sides * Digits];
        var histograms = new Span<long>(histogram, Sides * Digits);
        histograms.Clear();
        for (long position = 0; position < count; position++) histogram[bits[position] >> HighShift]++;
        for (var side = 0; side < Sides; side++)
            limits[side] = (uint)Descend(histograms.Slice(side * Digits, Digits), ref wanted[side]) << HighShift;

        histograms.Clear();
        for (long position = 0; position < count; position++)
        {
            var side = bits[position] >> 31;
            var magnitude = bits[position] & MagnitudeMask;
            if (magnitude >> HighShift == limits[side] >> HighShift)
                histogram[side * Digits + ((magnitude >> MiddleShift) & (Digits - 1))]++;
        }
        for (var side = 0; side < Sides; side++)
            limits[side] |= (uint)Descend(histograms.Slice(side * Digits, Digits), ref wanted[side]) << MiddleShift;

        histograms.Clear();
        for (long position = 0; position < count; position++)
        {
            var side = bits[position] >> 31;
            var magnitude = bits[position] & MagnitudeMask;
            if (magnitude >> MiddleShift == limits[side] >> MiddleShift) histogram[side * Digits + (magnitude & (LowDigits - 1))]++;
        }
        for (var side = 0; side < Sides; side++)
            limits[side] |= (uint)Descend(histograms.Slice(side * Digits, LowDigits), ref wanted[side]);
    }

    // The digit in which the wanted-th smallest falls; wanted becomes its rank within that digit.
    internal static int Descend(ReadOnlySpan<long> histogram, ref long wanted)
    {
        for (var digit = 0; digit < histogram.Length; digit++)
        {
            if (wanted <= histogram[digit]) return digit;
            wanted -= histogram[digit];
        }
        throw new ArgumentOutOfRangeException(nameof(wanted), "more weights are to be selected than there are");
    }
}
