namespace ActorSparse.Model.Recovery;

/// <summary>Puts the nodes of <see cref="PairwiseSum"/> together as they come, in any order, until the sum of all chunks is there.</summary>
internal sealed class NodeTree(int count)
{
    private readonly Dictionary<(int Level, int Index), double[]> _nodes = [];

    /// <summary>The sum of all chunks; null while some are missing.</summary>
    public double[]? Root { get; private set; }

    /// <summary>Adds a node; its sums belong to the tree from now on.</summary>
    /// <exception cref="ArgumentException">It is there already, or there is no such node.</exception>
    public void Add(NodeSum node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var (level, index, sums) = (node.Level, node.Index, node.Sums);
        if (level is < 0 or > 30 || index < 0 || (long)index << level >= count) throw new ArgumentException($"there is no node {level}, {index}");
        if (!_nodes.TryAdd((level, index), sums)) throw new ArgumentException($"node {level}, {index} came twice");
        while (PairwiseSum.End(level, index, count) is var end && (end < count || index > 0))
        {
            var left = index & ~1;
            var hasRight = (long)(left + 1) << level < count;
            if (!_nodes.TryGetValue((level, left), out var first)) return;
            if (hasRight)
            {
                if (!_nodes.TryGetValue((level, left + 1), out var second)) return;
                PairwiseSum.Add(first, second);
                _nodes.Remove((level, left + 1));
            }
            _nodes.Remove((level, left));
            (level, index, sums) = (level + 1, index >> 1, first);
            _nodes[(level, index)] = sums;
        }
        Root = sums;
    }
}
