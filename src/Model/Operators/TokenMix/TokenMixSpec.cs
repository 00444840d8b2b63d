using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Operators.TokenMix;

/// <summary>
/// A sparse linear map of every row, or every column, of positions: the same for all of them and for all channels (Tang et al. 2022, the
/// branches of sMLP). Blocks: "node" (width x width, or height x height) and "node.bias", one number a position of the row or column.
/// </summary>
/// <param name="Axis">Rows or columns.</param>
internal sealed record TokenMixSpec(MixAxis Axis) : OperatorSpec
{
    /// <summary>What the text form calls it.</summary>
    public const string Name = "token-mix";

    /// <summary>Whether there is a bias.</summary>
    public bool Bias { get; init; } = true;

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Value)> Options =>
        new OptionWriter().Add("axis", Axis == MixAxis.Rows ? "rows" : "columns", null).Add("bias", Bias, true).List;

    /// <inheritdoc/>
    public override TensorShape OutputShape(IReadOnlyList<TensorShape> inputs) => inputs[0];

    /// <inheritdoc/>
    public override IReadOnlyList<BlockLayout> Blocks(string node, IReadOnlyList<TensorShape> inputs)
    {
        var side = SideOf(inputs[0]);
        return Shapes.MapBlocks(node, $"{node} ({side}-{side})", side, side, Bias);
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(IReadOnlyList<TensorShape> inputs, IReadOnlyList<long> connections) =>
        connections[0] * (inputs[0].Count / SideOf(inputs[0]));

    /// <inheritdoc/>
    public override Operator Create(IReadOnlyList<TensorShape> inputs, int batchCapacity)
    {
        // Rows, and columns of a channel side by side, are slices of the memory: nothing is copied.
        var shape = inputs[0];
        return new SharedMapOperator(new(Bias, packs: false), () => new SlicedMatrix(shape, Axis));
    }

    internal static TokenMixSpec Read(OptionReader options) =>
        new(options.Choice("axis", true, "rows", "columns") == "rows" ? MixAxis.Rows : MixAxis.Columns)
        {
            Bias = options.Flag("bias", true),
        };

    private int SideOf(TensorShape input) => Axis == MixAxis.Rows ? input.Width : input.Height;
}
