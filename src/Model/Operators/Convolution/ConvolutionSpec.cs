using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Operators.Convolution;

/// <summary>
/// A convolution with square kernels and sparse weights. A connection is one weight of one kernel, used at every position: blocks are "node"
/// (channels x input channels * kernel^2) and "node.bias".
/// </summary>
/// <param name="Channels">Output channels.</param>
internal sealed record ConvolutionSpec(int Channels) : OperatorSpec
{
    /// <summary>What the text form calls it.</summary>
    public const string Name = "convolution";

    private const int UsualKernel = 3;

    /// <summary>Rows and columns of a kernel.</summary>
    public int Kernel { get; init; } = UsualKernel;

    /// <summary>Pixels from one position of the kernel to the next.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Width of the border of zeros; by default the one that keeps the size of an image at stride 1.</summary>
    public int Padding { get; init; } = UsualKernel / 2;

    /// <summary>Whether each channel has a bias.</summary>
    public bool Bias { get; init; } = true;

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Value)> Options => new OptionWriter()
        .Add("channels", Channels).Add("kernel", Kernel, UsualKernel).Add("stride", Stride, 1).Add("padding", Padding, Kernel / 2)
        .Add("bias", Bias, true).List;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Inputs;

    /// <inheritdoc/>
    public override SampleLayout Samples => SampleLayout.Any;

    /// <inheritdoc/>
    public override bool CanAddToInputDelta => true;

    /// <inheritdoc/>
    public override TensorShape OutputShape(IReadOnlyList<TensorShape> inputs)
    {
        var shape = ShapeOn(inputs[0]);
        return new(Channels, shape.OutputHeight, shape.OutputWidth);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<BlockLayout> Blocks(string node, IReadOnlyList<TensorShape> inputs)
    {
        var columns = ShapeOn(inputs[0]).Columns;
        return Shapes.MapBlocks(node, $"{node} ({columns}-{Channels})", Channels, columns, Bias, Kernel);
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(IReadOnlyList<TensorShape> inputs, IReadOnlyList<long> connections) =>
        ShapeOn(inputs[0]).MultiplyAdds(connections[0]);

    /// <inheritdoc/>
    public override Operator Create(IReadOnlyList<TensorShape> inputs, int batchCapacity) =>
        new ConvolutionOperator(ShapeOn(inputs[0]), batchCapacity, Bias);

    internal static ConvolutionSpec Read(OptionReader options)
    {
        var kernel = options.Count("kernel", UsualKernel);
        return new(options.Count("channels"))
        {
            Kernel = kernel,
            Stride = options.Count("stride", 1),
            Padding = options.Count("padding", kernel / 2, min: 0),
            Bias = options.Flag("bias", true),
        };
    }

    private ConvolutionShape ShapeOn(TensorShape input) =>
        new(input.Channels, input.Height, input.Width, Channels, Kernel, Stride, Padding);
}
