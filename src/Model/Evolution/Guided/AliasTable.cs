using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Evolution.Guided;

/// <summary>
/// Draws an index with probability proportional to its weight in constant time (Vose, "A linear algorithm for generating random numbers with
/// a given distribution", IEEE Transactions on Software Engineering 17, 1991).
/// </summary>
internal sealed class AliasTable
{
    private const double UnitOf53Bits = 1.0 / (1UL << 53);

    private readonly double[] _acceptance;
    private readonly int[] _aliases;

    /// <summary>Builds the table in O(n) for <paramref name="weights"/>, none negative and not all zero, with a finite sum.</summary>
    internal AliasTable(ReadOnlySpan<double> weights)
    {
        var total = 0.0;
        foreach (var weight in weights) total += weight;
        if (!(total > 0 && double.IsFinite(total))) throw new ArgumentException("weights need a positive, finite sum", nameof(weights));

        _acceptance = new double[weights.Length];
        _aliases = new int[weights.Length];
        // One array holds both stacks, of entries below average from the front and of the others from the back.
        var stacks = new int[weights.Length];
        int below = 0, above = weights.Length;
        for (var index = 0; index < weights.Length; index++)
        {
            _acceptance[index] = weights[index] / total * weights.Length;
            _aliases[index] = index;
            if (_acceptance[index] < 1) stacks[below++] = index;
            else stacks[--above] = index;
        }
        while (below > 0 && above < stacks.Length)
        {
            var small = stacks[--below];
            var large = stacks[above];
            _aliases[small] = large;
            _acceptance[large] = _acceptance[large] + _acceptance[small] - 1;
            Steps++;
            if (_acceptance[large] >= 1) continue;
            above++;
            stacks[below++] = large;
        }
        // What is left on either stack differs from 1 by rounding only.
        while (below > 0) _acceptance[stacks[--below]] = 1;
        while (above < stacks.Length) _acceptance[stacks[above++]] = 1;
        Steps += weights.Length;
    }

    /// <summary>Entries visited in building the table.</summary>
    internal long Steps { get; }

    /// <summary>Bytes held.</summary>
    internal long Bytes => (long)_acceptance.Length * (sizeof(double) + sizeof(int));

    /// <summary>Probability of keeping an index that was drawn uniformly.</summary>
    internal ReadOnlySpan<double> Acceptance => _acceptance;

    /// <summary>What takes the place of an index that is not kept.</summary>
    internal ReadOnlySpan<int> Aliases => _aliases;

    /// <summary>The next index.</summary>
    internal int Draw(RandomStream random)
    {
        // The product's high half is a uniform index, its low half the fraction that chooses between the index and its alias.
        var index = (int)Math.BigMul(random.NextUInt64(), (ulong)_acceptance.Length, out var fraction);
        return (fraction >> 11) * UnitOf53Bits < _acceptance[index] ? index : _aliases[index];
    }
}
