namespace ActorSparse.Model.Operators.Depthwise;

/// <summary>Which pixels the places of a depthwise convolution's kernels meet.</summary>
/// <param name="Input">Shape of what comes in.</param>
/// <param name="Output">Shape of what comes out.</param>
/// <param name="Kernel">Rows and columns of a kernel.</param>
/// <param name="Stride">Pixels from one position of the kernel to the next.</param>
/// <param name="Padding">Width of the border of zeros.</param>
internal sealed record KernelPlaces(TensorShape Input, TensorShape Output, int Kernel, int Stride, int Padding)
{
    /// <summary>The row of the input that row <paramref name="dy"/> of the kernel meets at output row <paramref name="y"/>, or -1.</summary>
    internal int Row(int y, int dy)
    {
        var row = y * Stride + dy - Padding;
        return row < Input.Height ? Math.Max(row, -1) : -1;
    }

    /// <summary>
    /// The output columns, from first to before end, at which column <paramref name="dx"/> of the kernel is inside of the image, and the
    /// column of the input that it meets at the first.
    /// </summary>
    internal (int First, int End, int Source) Columns(int dx)
    {
        var first = Math.Max(0, (Padding - dx + Stride - 1) / Stride);
        var last = Input.Width - 1 + Padding - dx;
        return (first, last < 0 ? 0 : Math.Min(Output.Width, last / Stride + 1), first * Stride + dx - Padding);
    }
}
