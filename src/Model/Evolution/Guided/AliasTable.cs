using System.Runtime.CompilerServices;

namespace ActorSparse.Model.Evolution.Guided;

/// <summary>
/// Draws an index with probability proportional to its weight in constant time (Vose, "A linear algorithm for generating random numbers
/// with a given distribution", IEEE Transactions on Software Engineering 17, 1991).
/// </summary>
internal sealed class AliasTable
{
    private readonly Entry[] _entries;

    /// <summary>Builds the table in O(n) for <paramref name="weights"/>, none negative and not all zero, with a finite sum.</summary>
    internal AliasTable(ReadOnlySpan<double> weights)
    {
        var total = 0.0;
        foreach (var weight in weights) total += weight;
        if (!(total > 0 && double.IsFinite(total))) throw new ArgumentException("weights need a positive, finite sum", nameof(weights));

        var acceptance = new double[weights.Length];
        _entries = new Entry[weights.Length];
        // One array holds both stacks, of entries below average from the front and of the others from the back.
        var stacks = new int[weights.Length];
        int below = 0, above = weights.Length;
        for (var index = 0; index < weights.Length; index++)
        {
            acceptance[index] = weights[index] / total * weights.Length;
            _entries[index] = new(ulong.MaxValue, index);
            if (acceptance[index] < 1) stacks[below++] = index;
            else stacks[--above] = index;
        }
        while (below > 0 && above < stacks.Length)
        {
            var small = stacks[--below];
            var large = stacks[above];
            _entries[small] = new((ulong)Math.ScaleB(acceptance[small], 64), large);
            acceptance[large] = acceptance[large] + acceptance[small] - 1;
            Steps++;
            if (acceptance[large] >= 1) continue;
            above++;
            stacks[below++] = large;
        }
        // What is left on either stack differs from 1 by rounding only, and stays its own alias.
        Steps += weights.Length;
    }

    /// <summary>Entries visited in building the table.</summary>
    internal long Steps { get; }

    /// <summary>Bytes held.</summary>
    internal unsafe long Bytes => _entries.LongLength * sizeof(Entry);

    /// <summary>Number of entries, n.</summary>
    internal int Count => _entries.Length;

    /// <summary>
    /// The probability, as the table has it, that entry <paramref name="index"/> is kept, and what takes its place otherwise.
    /// </summary>
    internal (double Acceptance, int Alias) this[int index] =>
        _entries[index].Alias == index ? (1, index) : (Math.ScaleB(_entries[index].Threshold, -64), _entries[index].Alias);

    /// <summary>The index that uniformly random 64 bits stand for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Draw(ulong bits)
    {
        // The product's high half is a uniform index, its low half the fraction that chooses between the index and its alias: without a
        // branch, which no processor could predict.
        var index = (int)Math.BigMul(bits, (ulong)_entries.Length, out var fraction);
        ref readonly var entry = ref _entries[index];
        var isKept = -(int)Unsafe.BitCast<bool, byte>(fraction < entry.Threshold);
        return entry.Alias ^ ((entry.Alias ^ index) & isKept);
    }

    private readonly record struct Entry(ulong Threshold, int Alias);
}
