namespace ActorSparse.Model.Operators.Concat;

/// <summary>The channels of all inputs, one input after the other; heights and widths are the same.</summary>
internal sealed record ConcatSpec : OperatorSpec
{
    /// <summary>What the text form calls it.</summary>
    public const string Name = "concat";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    public override (int Min, int Max) InputCounts => (2, int.MaxValue);

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.None;

    /// <inheritdoc/>
    public override SampleLayout Samples => SampleLayout.Same;

    /// <inheritdoc/>
    public override TensorShape OutputShape(IReadOnlyList<TensorShape> inputs)
    {
        var channels = 0;
        foreach (var input in inputs)
        {
            if (input.Height != inputs[0].Height || input.Width != inputs[0].Width)
                throw new InvalidInputException($"inputs of {inputs[0]} and {input}; expected inputs of one height and width");
            channels = checked(channels + input.Channels);
        }
        return inputs[0] with { Channels = channels };
    }

    /// <inheritdoc/>
    public override Operator Create(IReadOnlyList<TensorShape> inputs, int batchCapacity) => new ConcatOperator();
}
