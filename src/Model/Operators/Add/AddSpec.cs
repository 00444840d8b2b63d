using ActorSparse.Model.Operators.Activations;

namespace ActorSparse.Model.Operators.Add;

/// <summary>The sum of two or more inputs of one shape, number by number: a residual.</summary>
internal sealed record AddSpec : OperatorSpec
{
    /// <summary>What the text form calls it.</summary>
    public const string Name = "add";

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
        foreach (var input in inputs)
            if (input != inputs[0]) throw new InvalidInputException($"inputs of {inputs[0]} and {input}; expected inputs of one shape");
        return inputs[0];
    }

    /// <inheritdoc/>
    public override Operator Create(IReadOnlyList<TensorShape> inputs, int batchCapacity) => new AddOperator();

    /// <inheritdoc/>
    public override bool PassesGradientOn => true;

    /// <inheritdoc/>
    public override bool CanBeRectified => true;

    /// <inheritdoc/>
    public override Operator CreateRectified(ActivationSpec next, IReadOnlyList<TensorShape> inputs) => new AddOperator(next);
}
