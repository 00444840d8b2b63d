namespace ActorSparse.Model.Operators.Reshaping;

/// <summary>All numbers as a vector: channel by channel, row by row.</summary>
internal sealed record FlattenSpec : OperatorSpec
{
    /// <summary>What the text form calls it.</summary>
    public const string Name = "flatten";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    public override bool IsView => true;

    /// <inheritdoc/>
    public override TensorShape OutputShape(IReadOnlyList<TensorShape> inputs) => new(inputs[0].Count);

    /// <inheritdoc/>
    public override Operator Create(IReadOnlyList<TensorShape> inputs, int batchCapacity) => new ViewOperator();
}
