using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Operators.Normalization;

/// <summary>
/// Layer normalisation (Ba et al. 2016) as transformers have it: every sample's numbers at each position get mean 0 and variance 1 over the
/// channels, then a learned scale and shift for each channel. Blocks: "node.scale" and "node.shift".
/// </summary>
internal sealed record LayerNormSpec : OperatorSpec
{
    /// <summary>What the text form calls it.</summary>
    public const string Name = "layer-norm";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Inputs;

    /// <inheritdoc/>
    public override TensorShape OutputShape(IReadOnlyList<TensorShape> inputs) => inputs[0];

    /// <inheritdoc/>
    public override IReadOnlyList<BlockLayout> Blocks(string node, IReadOnlyList<TensorShape> inputs) =>
        BatchNormSpec.ScaleAndShift(node, inputs[0].Channels);

    /// <inheritdoc/>
    public override Operator Create(IReadOnlyList<TensorShape> inputs, int batchCapacity) =>
        new GroupNormOperator(inputs[0].Channels, 1, inputs[0].Positions, isByPosition: true);
}
