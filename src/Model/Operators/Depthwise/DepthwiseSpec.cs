using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Operators.Depthwise;

/// <summary>
/// A depthwise convolution: every channel has one square kernel of its own, with sparse weights. Blocks: "node" (channels x kernel^2) and
/// "node.bias".
/// </summary>
internal sealed record DepthwiseSpec : OperatorSpec
{
    /// <summary>What the text form calls it.</summary>
    public const string Name = "depthwise-convolution";

    private const int UsualKernel = 3;

    // Far more than anybody's; products of two are far from overflow.
    private const int SizeMax = 1 << 14;

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
        .Add("kernel", Kernel, UsualKernel).Add("stride", Stride, 1).Add("padding", Padding, Kernel / 2).Add("bias", Bias, true).List;

    /// <inheritdoc/>
    public override TensorShape OutputShape(IReadOnlyList<TensorShape> inputs)
    {
        var input = inputs[0];
        if (Math.Min(input.Height, input.Width) + 2L * Padding < Kernel)
            throw new InvalidInputException($"its input is {input}; expected room for a kernel of {Kernel} x {Kernel}");
        if (Math.Max(Kernel, Math.Max(Stride, Padding)) > SizeMax)
            throw new InvalidInputException($"kernel {Kernel}, stride {Stride}, padding {Padding}; expected at most {SizeMax}");
        return input with { Height = Shapes.Windows(input.Height, Kernel, Stride, Padding), Width = Shapes.Windows(input.Width, Kernel, Stride, Padding) };
    }

    /// <inheritdoc/>
    public override IReadOnlyList<BlockLayout> Blocks(string node, IReadOnlyList<TensorShape> inputs)
    {
        var (channels, columns) = (inputs[0].Channels, Kernel * Kernel);
        return Shapes.MapBlocks(node, $"{node} ({columns}-{channels})", channels, columns, Bias, Kernel);
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(IReadOnlyList<TensorShape> inputs, IReadOnlyList<long> connections) =>
        connections[0] * OutputShape(inputs).Positions;

    /// <inheritdoc/>
    public override Operator Create(IReadOnlyList<TensorShape> inputs, int batchCapacity) =>
        new DepthwiseOperator(new(inputs[0], OutputShape(inputs), Kernel, Stride, Padding), Bias);

    internal static DepthwiseSpec Read(OptionReader options)
    {
        var kernel = options.Count("kernel", UsualKernel);
        return new()
        {
            Kernel = kernel,
            Stride = options.Count("stride", 1),
            Padding = options.Count("padding", kernel / 2, min: 0),
            Bias = options.Flag("bias", true),
        };
    }
}
