using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Operators.Pointwise;

/// <summary>
/// A sparse linear map over the channels, the same at every position: a convolution of 1 x 1, or a linear layer of tokens. Blocks: "node"
/// (outputs x channels) and "node.bias".
/// </summary>
/// <param name="Outputs">Channels that come out.</param>
internal sealed record PointwiseSpec(int Outputs) : OperatorSpec
{
    /// <summary>What the text form calls it.</summary>
    public const string Name = "pointwise";

    /// <summary>Whether each output channel has a bias.</summary>
    public bool Bias { get; init; } = true;

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Value)> Options =>
        new OptionWriter().Add("outputs", Outputs).Add("bias", Bias, true).List;

    /// <inheritdoc/>
    public override TensorShape OutputShape(IReadOnlyList<TensorShape> inputs) => inputs[0] with { Channels = Outputs };

    /// <inheritdoc/>
    public override IReadOnlyList<BlockLayout> Blocks(string node, IReadOnlyList<TensorShape> inputs) =>
        Shapes.MapBlocks(node, $"{node} ({inputs[0].Channels}-{Outputs})", Outputs, inputs[0].Channels, Bias);

    /// <inheritdoc/>
    public override long MultiplyAdds(IReadOnlyList<TensorShape> inputs, IReadOnlyList<long> connections) =>
        connections[0] * inputs[0].Positions;

    /// <inheritdoc/>
    public override Operator Create(IReadOnlyList<TensorShape> inputs, int batchCapacity) =>
        CreateOn(inputs[0].Positions);

    internal static PointwiseSpec Read(OptionReader options) => new(options.Count("outputs")) { Bias = options.Flag("bias", true) };

    // The samples of all positions of a channel lie side by side, as one larger batch of the linear kernels, which take it in blocks. Channels
    // are a whole plane apart, which may well be a multiple of the page and of the way of a cache: blocks are packed.
    private SharedMapOperator CreateOn(int positions) => new(new(Bias, packs: true), () => new LaneBlocks(positions));
}
