namespace ActorSparse.Model.Operators.Pooling;

/// <summary>The mean over all positions of every channel: a vector.</summary>
internal sealed record GlobalMeanSpec : OperatorSpec
{
    /// <summary>What the text form calls it.</summary>
    public const string Name = "global-mean";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.None;

    /// <inheritdoc/>
    public override SampleLayout Samples => SampleLayout.Any;

    /// <inheritdoc/>
    public override TensorShape OutputShape(IReadOnlyList<TensorShape> inputs) => new(inputs[0].Channels);

    /// <inheritdoc/>
    public override Operator Create(IReadOnlyList<TensorShape> inputs, int batchCapacity) => new GlobalMeanOperator(inputs[0]);
}
