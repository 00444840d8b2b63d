using ActorSparse.Model.Operators;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Graph;

/// <summary>
/// What a network computes, apart from its parameters: nodes in an order in which each follows its inputs. The last one's output is the
/// network's. Immutable; equal if input and nodes are.
/// </summary>
internal sealed class GraphSpec : IEquatable<GraphSpec>
{
    // Far more than anybody's, and few enough for a damaged message to be refused at once.
    internal const int NodesMax = 10_000;

    private readonly TensorShape[] _shapes;

    /// <summary>The graph of <paramref name="nodes"/> on samples of shape <paramref name="input"/>.</summary>
    /// <exception cref="InvalidInputException">A node does not take what comes to it; the message names the node.</exception>
    public GraphSpec(TensorShape input, IReadOnlyList<GraphNode> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        if (nodes.Count == 0) throw new InvalidInputException("a network has no nodes; expected at least one");
        if (nodes.Count > NodesMax) throw new InvalidInputException($"a network of {nodes.Count} nodes; expected at most {NodesMax}");
        Nodes = nodes;
        _shapes = new TensorShape[nodes.Count + 1];
        _shapes[0] = input;
        for (var index = 0; index < nodes.Count; index++) _shapes[index + 1] = ShapeOf(index);
        var consumers = new int[nodes.Count + 1];
        foreach (var node in nodes)
            foreach (var source in node.Inputs) consumers[source]++;
        Consumers = consumers;
        for (var index = 0; index < nodes.Count - 1; index++)
            if (consumers[index + 1] == 0) throw Fail(nodes[index], "nobody takes its output; expected a node after it that does");
        var blocks = nodes.Select((node, index) => node.Operator.Blocks(node.Name, InputsOf(index))).ToArray();
        Layout = LayoutOf(blocks);
        Blocks = SlicesOf(blocks);
    }

    /// <summary>The nodes, each after its inputs.</summary>
    public IReadOnlyList<GraphNode> Nodes { get; }

    /// <summary>Shape of a sample.</summary>
    public TensorShape Input => _shapes[0];

    /// <summary>Shape of what the network puts out.</summary>
    public TensorShape Output => _shapes[^1];

    /// <summary>Shapes of the input and of every node's output: item n is what <see cref="GraphNode.Inputs"/> calls n.</summary>
    public IReadOnlyList<TensorShape> Shapes => _shapes;

    /// <summary>How many times each of <see cref="Shapes"/> is an input of a node.</summary>
    public IReadOnlyList<int> Consumers { get; }

    /// <summary>The blocks of parameters of all nodes, in their order.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>Which blocks are each node's.</summary>
    public IReadOnlyList<BlockSlices> Blocks { get; }

    /// <summary>The shapes that come into node <paramref name="index"/>.</summary>
    public TensorShape[] InputsOf(int index) => [.. Nodes[index].Inputs.Select(source => _shapes[source])];

    /// <summary>Multiply-adds of a sample's forward pass with the connections of <paramref name="parameters"/>.</summary>
    public long MultiplyAdds(ParameterSet parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return Enumerable.Range(0, Nodes.Count).Sum(node => MultiplyAdds(parameters, node));
    }

    /// <summary>Those of one node.</summary>
    public long MultiplyAdds(ParameterSet parameters, int node)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var blocks = parameters.Sparse.Skip(Blocks[node].FirstSparse).Take(Blocks[node].SparseCount);
        return Nodes[node].Operator.MultiplyAdds(InputsOf(node), [.. blocks.Select(block => (long)block.Topology.ConnectionCount)]);
    }

    /// <summary>The node that sparse block <paramref name="block"/> of the network belongs to, and which of its own it is.</summary>
    public (int Node, int OfNode) NodeOf(int block)
    {
        for (var node = Nodes.Count - 1; node >= 0; node--)
            if (Blocks[node].FirstSparse <= block && Blocks[node].SparseCount > 0) return (node, block - Blocks[node].FirstSparse);
        throw new ArgumentOutOfRangeException(nameof(block), block, "the network has no such sparse block");
    }

    /// <inheritdoc/>
    public bool Equals(GraphSpec? other) =>
        ReferenceEquals(this, other) || (other is not null && Input == other.Input && Nodes.SequenceEqual(other.Nodes));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GraphSpec);

    /// <inheritdoc/>
    public override int GetHashCode() => Nodes.Aggregate(Input.GetHashCode(), HashCode.Combine);

    private static InvalidInputException Fail(GraphNode node, string what) => new($"node '{node.Name}' ({node.Operator.Kind}): {what}");

    private TensorShape ShapeOf(int index)
    {
        var node = Nodes[index];
        for (var earlier = 0; earlier < index; earlier++)
            if (Nodes[earlier].Name == node.Name) throw Fail(node, "another node has this name");
        foreach (var source in node.Inputs)
            if (source < 0 || source > index) throw Fail(node, $"input {source} is no node before it");
        var (min, max) = node.Operator.InputCounts;
        if (node.Inputs.Count < min || node.Inputs.Count > max)
        {
            var expected = min == max ? $"{min}" : max == int.MaxValue ? $"{min} or more" : $"{min} to {max}";
            throw Fail(node, $"{node.Inputs.Count} inputs; expected {expected}");
        }
        try
        {
            return node.Operator.OutputShape(InputsOf(index));
        }
        catch (InvalidInputException error)
        {
            throw Fail(node, error.Message);
        }
        catch (OverflowException)
        {
            throw Fail(node, $"its output would have more than {int.MaxValue} numbers a sample");
        }
    }

    private static ParameterLayout LayoutOf(IReadOnlyList<BlockLayout>[] blocks)
    {
        try
        {
            return new(blocks.SelectMany(ofNode => ofNode));
        }
        catch (ArgumentException error)
        {
            throw new InvalidInputException(error.Message, error);
        }
    }

    private static BlockSlices[] SlicesOf(IReadOnlyList<BlockLayout>[] blocks)
    {
        var (slices, sparse, dense) = (new BlockSlices[blocks.Length], 0, 0);
        for (var node = 0; node < slices.Length; node++)
        {
            var ofNode = blocks[node].Count(block => block.IsSparse);
            slices[node] = new(sparse, ofNode, dense, blocks[node].Count - ofNode);
            (sparse, dense) = (sparse + ofNode, dense + blocks[node].Count - ofNode);
        }
        return slices;
    }
}
