using ActorSparse.Model.Operators.Activations;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Operators.Normalization;

/// <summary>
/// Batch normalisation (Ioffe and Szegedy 2015): every channel gets mean 0 and variance 1 over batch and positions, then a learned scale
/// and shift. In evaluation, mean and variance are what batches showed. Blocks of one number a channel: "node.scale", "node.shift",
/// and the running averages "node.mean" and "node.variance", the unbiased one (the biased one, 0, where there is one number a channel).
/// </summary>
internal sealed record BatchNormSpec : OperatorSpec
{
    /// <summary>What the text form calls it.</summary>
    public const string Name = "batch-norm";

    /// <summary>Added to every variance.</summary>
    public const double Epsilon = 1e-5;

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Inputs;

    /// <inheritdoc/>
    public override SampleLayout Samples => SampleLayout.Same;

    /// <inheritdoc/>
    public override TensorShape OutputShape(IReadOnlyList<TensorShape> inputs) => inputs[0];

    /// <inheritdoc/>
    public override IReadOnlyList<BlockLayout> Blocks(string node, IReadOnlyList<TensorShape> inputs) =>
    [
        .. ScaleAndShift(node, inputs[0].Channels),
        BlockLayout.RunningAverage(node + ".mean", inputs[0].Channels) with { Title = node, InitialValue = 0 },
        BlockLayout.RunningAverage(node + ".variance", inputs[0].Channels) with { Title = node, InitialValue = 1 },
    ];

    /// <inheritdoc/>
    public override Operator Create(IReadOnlyList<TensorShape> inputs, int batchCapacity) => new BatchNormOperator(inputs[0]);

    /// <inheritdoc/>
    public override bool CanBeRectified => true;

    /// <inheritdoc/>
    public override Operator CreateRectified(ActivationSpec next, IReadOnlyList<TensorShape> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return new BatchNormOperator(inputs[0], next);
    }

    internal static BlockLayout[] ScaleAndShift(string node, int channels) =>
    [
        BlockLayout.Dense(node + ".scale", channels) with { Title = node, Decays = false, InitialValue = 1 },
        BlockLayout.Dense(node + ".shift", channels) with { Title = node, Decays = false, InitialValue = 0 },
    ];
}
