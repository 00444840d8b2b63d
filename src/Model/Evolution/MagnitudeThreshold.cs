using System.Runtime.CompilerServices;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Evolution;

/// <summary>
/// The smallest or the largest magnitudes among the numbers of several buffers, or the smallest of one sign: those beyond a limit, and of
/// those equal to it the first ones.
/// </summary>
/// <remarks>
/// The limit is found digit by digit from histograms of the float's bits, which sort like integers: in linear time whatever the numbers,
/// where quickselect has a bad case and a mispredicted branch a comparison.
/// </remarks>
internal unsafe struct MagnitudeThreshold
{
    private const uint MagnitudeMask = 0x7FFF_FFFF, SignBit = 0x8000_0000;
    private const int HighShift = 21, MiddleShift = 10;
    private const int Digits = 1 << 11, LowDigits = 1 << MiddleShift;

    // Neighbours often fall into the same place of a histogram: several histograms in turn spare each the wait for the one before.
    private const int Turns = 4;

    // The smallest keys are taken: bits of the number, some of them turned round, and with or without its sign.
    private readonly uint _flip, _mask;
    private readonly uint _limit;
    private long _atLimit;

    private MagnitudeThreshold(IReadOnlyList<NativeBuffer<float>> buffers, long count, uint flip, uint mask)
    {
        (_flip, _mask) = (flip, mask);
        _atLimit = count;
        Span<long> digits = stackalloc long[Digits];
        digits.Clear();
        foreach (var buffer in buffers) CountHighDigits(buffer, digits);
        var high = Descend(digits, ref _atLimit);

        // Few numbers share their highest digit with the limit: the lower digits are found among those.
        using var keys = new NativeBuffer<uint>(digits[high] + 1, zeroed: false);
        long found = 0;
        foreach (var buffer in buffers) found = Gather(buffer, (uint)high, keys.Pointer, found);
        digits.Clear();
        for (long index = 0; index < found; index++) digits[(int)(keys[index] >> MiddleShift) & (Digits - 1)]++;
        var middle = Descend(digits, ref _atLimit);
        var prefix = ((uint)high << (HighShift - MiddleShift)) | (uint)middle;
        digits.Clear();
        for (long index = 0; index < found; index++)
            if (keys[index] >> MiddleShift == prefix) digits[(int)keys[index] & (LowDigits - 1)]++;
        _limit = (prefix << MiddleShift) | (uint)Descend(digits, ref _atLimit);
    }

    /// <summary>The threshold that takes the <paramref name="count"/> numbers closest to zero.</summary>
    public static MagnitudeThreshold Smallest(IReadOnlyList<NativeBuffer<float>> buffers, long count) => new(buffers, count, 0, MagnitudeMask);

    /// <summary>The threshold that takes the <paramref name="count"/> numbers farthest from zero.</summary>
    public static MagnitudeThreshold Largest(IReadOnlyList<NativeBuffer<float>> buffers, long count) =>
        new(buffers, count, MagnitudeMask, MagnitudeMask);

    /// <summary>
    /// Sets <paramref name="selected"/> (nnz) to 1 for those <paramref name="positiveCount"/> positive and
    /// <paramref name="negativeCount"/> negative numbers that are closest to zero, and to 0 for the others. They are told apart by their sign
    /// bit, so that each zero belongs to one side.
    /// </summary>
    public static void MarkSmallestOfEachSign(
        NativeBuffer<float> values, long positiveCount, long negativeCount, NativeBuffer<byte> selected)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(selected.Length, values.Length);
        // Of whole numbers those of the other sign come last.
        var positive = new MagnitudeThreshold([values], positiveCount, 0, uint.MaxValue);
        var negative = new MagnitudeThreshold([values], negativeCount, SignBit, uint.MaxValue);
        var bits = (uint*)values.Pointer;
        var marks = selected.Pointer;
        for (long position = 0; position < values.Length; position++)
            marks[position] = (byte)(positive.Take(bits[position]) | negative.Take(bits[position]));
    }

    /// <summary>Number of <paramref name="values"/> with the sign bit set.</summary>
    public static long CountNegative(NativeBuffer<float> values)
    {
        var bits = (uint*)values.Pointer;
        long negative = 0;
        for (long position = 0; position < values.Length; position++) negative += bits[position] >> 31;
        return negative;
    }

    /// <summary>
    /// Sets <paramref name="selected"/> to 1 for the numbers to take and to 0 for the others, and returns how many there are. To be called
    /// once for each buffer, in their order, which decides between equal magnitudes.
    /// </summary>
    public long Mark(NativeBuffer<float> values, NativeBuffer<byte> selected)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(selected.Length, values.Length);
        var bits = (uint*)values.Pointer;
        var marks = selected.Pointer;
        long count = 0;
        for (long position = 0; position < values.Length; position++) count += marks[position] = Take(bits[position]);
        return count;
    }

    // 1 if the number with these bits is to be taken.
    private byte Take(uint bits)
    {
        var key = (bits ^ _flip) & _mask;
        var isTaken = key < _limit;
        if (key == _limit && _atLimit > 0)
        {
            isTaken = true;
            _atLimit--;
        }
        return Unsafe.BitCast<bool, byte>(isTaken);
    }

    private readonly void CountHighDigits(NativeBuffer<float> buffer, Span<long> digits)
    {
        var bits = (uint*)buffer.Pointer;
        var (flip, mask) = (_flip, _mask);
        var histograms = stackalloc int[Turns * Digits];
        new Span<int>(histograms, Turns * Digits).Clear();
        long position = 0;
        for (; position <= buffer.Length - Turns; position += Turns)
            for (var turn = 0; turn < Turns; turn++)
                histograms[turn * Digits + (((bits[position + turn] ^ flip) & mask) >> HighShift)]++;
        for (; position < buffer.Length; position++) histograms[((bits[position] ^ flip) & mask) >> HighShift]++;
        for (var digit = 0; digit < Digits; digit++)
            for (var turn = 0; turn < Turns; turn++) digits[digit] += histograms[turn * Digits + digit];
    }

    // Without a branch: each key is written, and stays if it has the digit. There is room for one more.
    private readonly long Gather(NativeBuffer<float> buffer, uint high, uint* keys, long found)
    {
        var bits = (uint*)buffer.Pointer;
        var (flip, mask) = (_flip, _mask);
        for (long position = 0; position < buffer.Length; position++)
        {
            var key = (bits[position] ^ flip) & mask;
            keys[found] = key;
            found += Unsafe.BitCast<bool, byte>(key >> HighShift == high);
        }
        return found;
    }

    // The digit in which the wanted-th smallest falls; wanted becomes its rank within that digit.
    private static int Descend(ReadOnlySpan<long> histogram, ref long wanted)
    {
        for (var digit = 0; digit < histogram.Length; digit++)
        {
            if (wanted <= histogram[digit]) return digit;
            wanted -= histogram[digit];
        }
        throw new ArgumentOutOfRangeException(nameof(wanted), "more weights are to be selected than there are");
    }
}
