using System.Runtime.CompilerServices;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Evolution.Guided;

/// <summary>
/// The smallest or the largest magnitudes among the numbers of several buffers: those beyond a limit, and of those equal to it the first
/// ones. Found digit by digit from histograms as in <see cref="MagnitudeSelection"/>, in linear time whatever the numbers.
/// </summary>
internal unsafe struct MagnitudeThreshold
{
    private const uint MagnitudeMask = 0x7FFF_FFFF;
    private const int HighShift = 20, MiddleShift = 9;
    private const int Digits = 1 << 11, LowDigits = 1 << MiddleShift;

    // Neighbours often fall into the same place of a histogram: several histograms in turn spare each the wait for the one before.
    private const int Turns = 4;

    private readonly uint _flip;
    private readonly uint _limit;
    private long _atLimit;

    private MagnitudeThreshold(IReadOnlyList<NativeBuffer<float>> buffers, long count, uint flip)
    {
        _flip = flip;
        _atLimit = count;
        var highDigits = new long[Digits];
        foreach (var buffer in buffers) CountHighDigits(buffer, flip, highDigits);
        var high = MagnitudeSelection.Descend(highDigits, ref _atLimit);

        // Few numbers share their highest digit with the limit: the lower digits are found among those.
        using var keys = new NativeBuffer<uint>(highDigits[high] + 1, zeroed: false);
        long found = 0;
        foreach (var buffer in buffers) found = Gather(buffer, flip, (uint)high, keys.Pointer, found);
        var middleDigits = new long[Digits];
        for (long index = 0; index < found; index++) middleDigits[(keys[index] >> MiddleShift) & (Digits - 1)]++;
        var middle = MagnitudeSelection.Descend(middleDigits, ref _atLimit);
        var prefix = ((uint)high << (HighShift - MiddleShift)) | (uint)middle;
        var lowDigits = new long[LowDigits];
        for (long index = 0; index < found; index++)
            if (keys[index] >> MiddleShift == prefix) lowDigits[keys[index] & (LowDigits - 1)]++;
        _limit = (prefix << MiddleShift) | (uint)MagnitudeSelection.Descend(lowDigits, ref _atLimit);
    }

    /// <summary>The threshold that takes the <paramref name="count"/> numbers closest to zero.</summary>
    public static MagnitudeThreshold Smallest(IReadOnlyList<NativeBuffer<float>> buffers, long count) => new(buffers, count, 0);

    /// <summary>The threshold that takes the <paramref name="count"/> numbers farthest from zero.</summary>
    public static MagnitudeThreshold Largest(IReadOnlyList<NativeBuffer<float>> buffers, long count) => new(buffers, count, MagnitudeMask);

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
        for (long position = 0; position < values.Length; position++)
        {
            var key = (bits[position] ^ _flip) & MagnitudeMask;
            var isSelected = key < _limit;
            if (key == _limit && _atLimit > 0)
            {
                isSelected = true;
                _atLimit--;
            }
            marks[position] = Unsafe.BitCast<bool, byte>(isSelected);
            count += marks[position];
        }
        return count;
    }

    private static void CountHighDigits(NativeBuffer<float> buffer, uint flip, Span<long> digits)
    {
        var bits = (uint*)buffer.Pointer;
        var histograms = stackalloc int[Turns * Digits];
        new Span<int>(histograms, Turns * Digits).Clear();
        long position = 0;
        for (; position <= buffer.Length - Turns; position += Turns)
            for (var turn = 0; turn < Turns; turn++)
                histograms[turn * Digits + (((bits[position + turn] ^ flip) & MagnitudeMask) >> HighShift)]++;
        for (; position < buffer.Length; position++) histograms[((bits[position] ^ flip) & MagnitudeMask) >> HighShift]++;
        for (var digit = 0; digit < Digits; digit++)
            for (var turn = 0; turn < Turns; turn++) digits[digit] += histograms[turn * Digits + digit];
    }

    // Without a branch: each key is written, and stays if it has the digit. There is room for one more.
    private static long Gather(NativeBuffer<float> buffer, uint flip, uint high, uint* keys, long found)
    {
        var bits = (uint*)buffer.Pointer;
        for (long position = 0; position < buffer.Length; position++)
        {
            var key = (bits[position] ^ flip) & MagnitudeMask;
            keys[found] = key;
            found += Unsafe.BitCast<bool, byte>(key >> HighShift == high);
        }
        return found;
    }
}
