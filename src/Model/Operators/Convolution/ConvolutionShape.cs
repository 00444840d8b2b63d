namespace ActorSparse.Model.Operators.Convolution;

/// <summary>
/// What a convolution computes from what: images of <see cref="InputChannels"/> x <see cref="InputHeight"/> x <see cref="InputWidth"/>
/// become images of <see cref="OutputChannels"/> x <see cref="OutputHeight"/> x <see cref="OutputWidth"/>. In an activation matrix the
/// neuron of channel c at row y and column x is (c * height + y) * width + x. In the weights a row is an output channel, and a column is
/// an input channel with a place in the kernel (<see cref="Column"/>).
/// </summary>
internal sealed record ConvolutionShape
{
    /// <summary>A convolution with square kernels, the same stride in both directions and a border of zeros on all four sides.</summary>
    /// <exception cref="InvalidInputException">A size is out of range, or the kernel is larger than the image with its border.</exception>
    public ConvolutionShape(
        int inputChannels, int inputHeight, int inputWidth, int outputChannels, int kernelSize, int stride = 1, int padding = 0)
    {
        (InputChannels, InputHeight, InputWidth) = (inputChannels, inputHeight, inputWidth);
        (OutputChannels, KernelSize, Stride, Padding) = (outputChannels, kernelSize, stride, padding);
        Check();
        OutputHeight = Shapes.Windows(inputHeight, kernelSize, stride, padding);
        OutputWidth = Shapes.Windows(inputWidth, kernelSize, stride, padding);
        CheckCount((long)outputChannels * OutputHeight * OutputWidth, "outputs");
    }

    /// <summary>Channels of an input image, C_in.</summary>
    public int InputChannels { get; }

    /// <summary>Rows of an input image, H.</summary>
    public int InputHeight { get; }

    /// <summary>Columns of an input image, W.</summary>
    public int InputWidth { get; }

    /// <summary>Channels of an output image, C_out: rows of the weights.</summary>
    public int OutputChannels { get; }

    /// <summary>Rows and columns of a kernel, k.</summary>
    public int KernelSize { get; }

    /// <summary>Pixels from one position of the kernel to the next.</summary>
    public int Stride { get; }

    /// <summary>Width of the border of zeros around an input image, in pixels.</summary>
    public int Padding { get; }

    /// <summary>Rows of an output image.</summary>
    public int OutputHeight { get; }

    /// <summary>Columns of an output image.</summary>
    public int OutputWidth { get; }

    /// <summary>Neurons of the input: C_in * H * W.</summary>
    public int InputNeurons => InputChannels * InputHeight * InputWidth;

    /// <summary>Neurons of the output.</summary>
    public int OutputNeurons => OutputChannels * OutputHeight * OutputWidth;

    /// <summary>Columns of the weights: C_in * k * k.</summary>
    public int Columns => InputChannels * KernelSize * KernelSize;

    /// <summary>Connections of a convolution that lacks none.</summary>
    public long PossibleConnections => (long)OutputChannels * Columns;

    /// <summary>The column of the weights for an input channel and a row and a column of the kernel: (channel * k + dy) * k + dx.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such channel or place in the kernel.</exception>
    public int Column(int channel, int dy, int dx)
    {
        CheckIndex(channel, InputChannels, nameof(channel));
        CheckIndex(dy, KernelSize, nameof(dy));
        CheckIndex(dx, KernelSize, nameof(dx));
        return (channel * KernelSize + dy) * KernelSize + dx;
    }

    /// <summary>
    /// Multiply-adds of a forward pass for one sample with so many connections, those with the border of zeros included; each of the two
    /// products of a backward pass has as many.
    /// </summary>
    public long MultiplyAdds(long connections) => connections * OutputHeight * OutputWidth;

    /// <inheritdoc/>
    public override string ToString() =>
        $"{InputChannels}x{InputHeight}x{InputWidth} to {OutputChannels}x{OutputHeight}x{OutputWidth}, " +
        $"kernel {KernelSize}, stride {Stride}, padding {Padding}";

    private void Check()
    {
        CheckSize(InputChannels, "input channels", 1);
        CheckSize(InputHeight, "height", 1);
        CheckSize(InputWidth, "width", 1);
        CheckSize(OutputChannels, "output channels", 1);
        CheckSize(KernelSize, "kernel size", 1);
        CheckSize(Stride, "stride", 1);
        CheckSize(Padding, "padding", 0);
        if (KernelSize > Math.Min(InputHeight, InputWidth) + 2L * Padding)
            throw new InvalidInputException(
                $"convolution: kernel size {KernelSize} for images of {InputHeight}x{InputWidth} and padding {Padding}; expected at most " +
                $"{Math.Min(InputHeight, InputWidth) + 2L * Padding}");
        CheckCount((long)InputChannels * InputHeight * InputWidth, "inputs");
        CheckCount((long)InputChannels * KernelSize * KernelSize, "columns of its weights");
    }

    private static void CheckSize(int size, string what, int minimum)
    {
        // The bound keeps every product of three of them within 64 bits.
        const int Maximum = 1 << 20;
        if (size < minimum || size > Maximum)
            throw new InvalidInputException($"convolution: {what} {size}; expected {minimum} to {Maximum}");
    }

    private static void CheckCount(long count, string what)
    {
        if (count > int.MaxValue) throw new InvalidInputException($"convolution: {count} {what}; expected at most {int.MaxValue}");
    }

    private static void CheckIndex(int index, int count, string what)
    {
        if ((uint)index >= (uint)count) throw new ArgumentOutOfRangeException(what, index, $"expected 0 to {count - 1}");
    }
}
