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
    private const int DigitBits = 11, TopShift = 22;

    private readonly uint _flip;
    private readonly uint _limit;
    private long _atLimit;

    private MagnitudeThreshold(IReadOnlyList<NativeBuffer<float>> buffers, long count, uint flip)
    {
        _flip = flip;
        _limit = 0;
        _atLimit = count;
        var histogram = new long[1 << DigitBits];
        for (var shift = TopShift; shift >= 0; shift -= DigitBits)
        {
            Array.Clear(histogram);
            foreach (var buffer in buffers)
            {
                var bits = (uint*)buffer.Pointer;
                for (long position = 0; position < buffer.Length; position++)
                {
                    var key = (bits[position] ^ flip) & MagnitudeMask;
                    if ((ulong)key >> (shift + DigitBits) == (ulong)_limit >> (shift + DigitBits)) histogram[(key >> shift) & ((1 << DigitBits) - 1)]++;
                }
            }
            _limit |= (uint)MagnitudeSelection.Descend(histogram, ref _atLimit) << shift;
        }
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
}
