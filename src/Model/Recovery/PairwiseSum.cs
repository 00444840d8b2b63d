using System.Numerics;
using System.Runtime.InteropServices;

namespace ActorSparse.Model.Recovery;

/// <summary>
/// Sums vectors of chunks 0 to C - 1 over a fixed binary tree: node (level, index) is the sum of chunks index * 2^level to
/// (index + 1) * 2^level - 1, as far as they exist, which is the sum of its two halves. Whoever has neighbouring chunks sums the nodes that
/// lie within them; the root is the same, bit for bit, however the chunks are shared out.
/// </summary>
internal static class PairwiseSum
{
    /// <summary>The largest nodes within chunks <paramref name="first"/> to <paramref name="end"/> - 1 of <paramref name="count"/>.</summary>
    public static IEnumerable<(int Level, int Index)> NodesWithin(int first, int end, int count)
    {
        for (var position = first; position < end;)
        {
            var level = 0;
            while (IsWithin(level + 1)) level++;
            yield return (level, position >> level);
            position = End(level, position >> level, count);

            bool IsWithin(int wider) =>
                position % (1 << wider) == 0 && End(wider, position >> wider, count) <= end && 1 << (wider - 1) < count;
        }
    }

    /// <summary>The chunk after the last one of a node.</summary>
    public static int End(int level, int index, int count) => (int)Math.Min(count, (index + 1L) << level);

    /// <summary>
    /// The sum of a node into the first of its vectors. <paramref name="vectors"/> holds those of chunks <paramref name="first"/> and
    /// after, one after the other, each of <paramref name="length"/> numbers; those of the node are overwritten.
    /// </summary>
    public static Span<double> Reduce(Span<double> vectors, int length, int first, (int Level, int Index) node, int count)
    {
        var (start, end) = ((node.Index << node.Level) - first, End(node.Level, node.Index, count) - first);
        for (var level = 0; level < node.Level; level++)
            for (var left = start; left + (1 << level) < end; left += 2 << level)
                Add(vectors.Slice(left * length, length), vectors.Slice((left + (1 << level)) * length, length));
        return vectors.Slice(start * length, length);
    }

    /// <summary>Adds <paramref name="other"/> to <paramref name="sum"/>.</summary>
    public static void Add(Span<double> sum, ReadOnlySpan<double> other)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sum.Length, other.Length);
        var sums = MemoryMarshal.Cast<double, Vector<double>>(sum);
        var others = MemoryMarshal.Cast<double, Vector<double>>(other);
        for (var index = 0; index < sums.Length; index++) sums[index] += others[index];
        for (var index = sums.Length * Vector<double>.Count; index < sum.Length; index++) sum[index] += other[index];
    }
}
