namespace ActorSparse.Model.Operators.Convolution;

/// <summary>
/// The positions of one side of a convolution, so numbered that kernels move over them in steps of one, whatever the stride: pixels that
/// are a stride apart, counted from the border's first, form a plane of their own. An output side has one plane a channel; an input side
/// has one for each remainder (py, px) that a place in the kernel can leave on division by the stride. Position (y, x) of plane (py, px)
/// is the pixel in row y * step + py - padding and column x * step + px - padding.
/// </summary>
/// <param name="Channels">Channels of the images.</param>
/// <param name="Height">Rows of the images, in pixels.</param>
/// <param name="Width">Columns of the images, in pixels.</param>
/// <param name="Step">Pixels from one position to the next: the stride for an input, 1 for an output.</param>
/// <param name="Phases">Remainders in use in each direction; planes of a channel: Phases * Phases.</param>
/// <param name="Padding">Width of the border, in pixels.</param>
internal readonly record struct PositionGrid(int Channels, int Height, int Width, int Step, int Phases, int Padding)
{
    /// <summary>Planes of a channel.</summary>
    internal int Planes => Phases * Phases;

    /// <summary>The input of a convolution.</summary>
    internal static PositionGrid Input(ConvolutionShape shape) => new(
        shape.InputChannels, shape.InputHeight, shape.InputWidth, shape.Stride, Math.Min(shape.Stride, shape.KernelSize), shape.Padding);

    /// <summary>The output of a convolution.</summary>
    internal static PositionGrid Output(ConvolutionShape shape) =>
        new(shape.OutputChannels, shape.OutputHeight, shape.OutputWidth, 1, 1, 0);

    /// <summary>The first position, in either direction, whose pixel is in the image.</summary>
    internal int First(int phase) => (Padding - phase + Step - 1) / Step;

    /// <summary>One beyond the last row whose pixel is in the image.</summary>
    internal int RowEnd(int phase) => (Height + Padding - phase - 1 + Step) / Step;

    /// <summary>One beyond the last column whose pixel is in the image.</summary>
    internal int ColumnEnd(int phase) => (Width + Padding - phase - 1 + Step) / Step;

    /// <summary>Rows of a plane's positions whose pixels are in the image.</summary>
    internal int Rows(int phase) => RowEnd(phase) - First(phase);

    /// <summary>Columns of a plane's positions whose pixels are in the image.</summary>
    internal int Columns(int phase) => ColumnEnd(phase) - First(phase);

    /// <summary>Neuron of position (y, x); beyond the image it is no neuron, but differences of such numbers are still right.</summary>
    internal long Neuron(int channel, int phaseY, int phaseX, int y, int x) =>
        ((long)channel * Height + (long)y * Step + phaseY - Padding) * Width + (long)x * Step + phaseX - Padding;
}
