using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Operators.Normalization;

/// <summary>
/// Group normalisation (Wu and He 2018): every sample's numbers of each group of channels, at all positions, get mean 0 and variance 1,
/// then a learned scale and shift for each channel. Blocks: "node.scale" and "node.shift".
/// </summary>
/// <param name="Groups">Groups of channels that follow each other; the number of channels is a multiple.</param>
internal sealed record GroupNormSpec(int Groups) : OperatorSpec
{
    /// <summary>What the text form calls it.</summary>
    public const string Name = "group-norm";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Value)> Options => new OptionWriter().Add("groups", Groups).List;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Inputs;

    /// <inheritdoc/>
    public override SampleLayout Samples => SampleLayout.Same;

    /// <inheritdoc/>
    public override TensorShape OutputShape(IReadOnlyList<TensorShape> inputs) => inputs[0].Channels % Groups == 0 ? inputs[0]
        : throw new InvalidInputException($"its input has {inputs[0].Channels} channels; expected a multiple of its {Groups} groups");

    /// <inheritdoc/>
    public override IReadOnlyList<BlockLayout> Blocks(string node, IReadOnlyList<TensorShape> inputs) =>
        BatchNormSpec.ScaleAndShift(node, inputs[0].Channels);

    /// <inheritdoc/>
    public override Operator Create(IReadOnlyList<TensorShape> inputs, int batchCapacity) =>
        new GroupNormOperator(inputs[0].Channels, Groups, inputs[0].Positions, isByPosition: false);

    internal static GroupNormSpec Read(OptionReader options) => new(options.Count("groups"));
}
