namespace ActorSparse.Model.Operators.Activations;

/// <summary>An activation function of every number of its input.</summary>
/// <param name="Function">Which function.</param>
/// <param name="Slope">Of leaky ReLU; 0 for the others.</param>
internal sealed record ActivationSpec(ElementFunction Function, float Slope = 0) : OperatorSpec
{
    /// <summary>The slope of a leaky ReLU where none is given.</summary>
    public const float DefaultSlope = 0.25f;

    /// <inheritdoc/>
    public override string Kind => NameOf(Function);

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Value)> Options =>
        Function == ElementFunction.LeakyRelu ? new OptionWriter().Add("slope", Slope, DefaultSlope).List : [];

    /// <summary>
    /// Whether it is ReLU or leaky ReLU: the sign of what comes out is that of what comes in, so that either tells the gradient.
    /// </summary>
    public bool IsRectifier => Function == ElementFunction.Relu || Function == ElementFunction.LeakyRelu && Slope > 0;

    /// <summary>What the text form calls <paramref name="function"/>.</summary>
    public static string NameOf(ElementFunction function) => function switch
    {
        ElementFunction.Relu => "relu",
        ElementFunction.LeakyRelu => "leaky-relu",
        ElementFunction.Sigmoid => "sigmoid",
        ElementFunction.Tanh => "tanh",
        ElementFunction.Gelu => "gelu",
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "no such function"),
    };

    /// <inheritdoc/>
    public override SampleLayout Samples => SampleLayout.Same;

    /// <inheritdoc/>
    public override TensorShape OutputShape(IReadOnlyList<TensorShape> inputs) => inputs[0];

    /// <inheritdoc/>
    public override Operator Create(IReadOnlyList<TensorShape> inputs, int batchCapacity) => new ActivationOperator(this);

    internal static ActivationSpec Read(ElementFunction function, OptionReader options) =>
        new(function, function == ElementFunction.LeakyRelu ? options.Number("slope", DefaultSlope) : 0);
}
