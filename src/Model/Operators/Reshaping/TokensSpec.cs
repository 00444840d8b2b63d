namespace ActorSparse.Model.Operators.Reshaping;

/// <summary>Positions as tokens, row by row, whose features are the channels: C x H x W becomes C x HW x 1.</summary>
internal sealed record TokensSpec : OperatorSpec
{
    /// <summary>What the text form calls it.</summary>
    public const string Name = "tokens";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    public override bool IsView => true;

    /// <inheritdoc/>
    public override TensorShape OutputShape(IReadOnlyList<TensorShape> inputs) => new(inputs[0].Channels, inputs[0].Positions, 1);

    /// <inheritdoc/>
    public override Operator Create(IReadOnlyList<TensorShape> inputs, int batchCapacity) => new ViewOperator();
}
