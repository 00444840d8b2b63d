using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Operators.Positions;

/// <summary>
/// Adds to every position what tells it from the others: the fixed sine-cosine embedding of simple ViT (Beyer et al. 2022), or a learned
/// one, a dense block "node" of the input's shape that begins with 0 and does not decay.
/// </summary>
/// <param name="IsLearned">Whether it is learned.</param>
/// <remarks>
/// Of C channels C / 4 have sin(x w), then as many cos(x w), sin(y w) and cos(y w), with w falling from 1 to 1 / 10,000 in equal ratios; x
/// is the column and y the row. So it belongs before tokens are made of rows and columns.
/// </remarks>
internal sealed record PositionsSpec(bool IsLearned = false) : OperatorSpec
{
    /// <summary>What the text form calls it.</summary>
    public const string Name = "positions";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Value)> Options => new OptionWriter().Add("learned", IsLearned, false).List;

    /// <inheritdoc/>
    public override TensorShape OutputShape(IReadOnlyList<TensorShape> inputs) =>
        IsLearned || inputs[0].Channels % 4 == 0 ? inputs[0]
            : throw new InvalidInputException($"its input has {inputs[0].Channels} channels; expected a multiple of 4 for sine and cosine");

    /// <inheritdoc/>
    public override IReadOnlyList<BlockLayout> Blocks(string node, IReadOnlyList<TensorShape> inputs) =>
        IsLearned ? [BlockLayout.Dense(node, inputs[0].Count) with { Decays = false, InitialValue = 0 }] : [];

    /// <inheritdoc/>
    public override Operator Create(IReadOnlyList<TensorShape> inputs, int batchCapacity) => new PositionsOperator(inputs[0], IsLearned);

    internal static PositionsSpec Read(OptionReader options) => new(options.Flag("learned", false));
}
