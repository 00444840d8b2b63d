namespace ActorSparse.Model.Operators.Pooling;

/// <summary>Where the windows of a pooling lie.</summary>
/// <param name="Input">Shape of what comes in.</param>
/// <param name="Output">Shape of what comes out.</param>
/// <param name="Size">Height and width of a window.</param>
/// <param name="Stride">Positions from one window to the next.</param>
/// <param name="Padding">Positions beyond each border.</param>
internal sealed record PoolWindows(TensorShape Input, TensorShape Output, int Size, int Stride, int Padding)
{
    /// <summary>The rows of the input in the windows of output row <paramref name="y"/>.</summary>
    internal (int First, int End) Rows(int y) => Clip(y, Input.Height);

    /// <summary>The columns of the input in the windows of output column <paramref name="x"/>.</summary>
    internal (int First, int End) Columns(int x) => Clip(x, Input.Width);

    private (int First, int End) Clip(int window, int side)
    {
        var first = window * Stride - Padding;
        return (Math.Max(first, 0), Math.Min(first + Size, side));
    }
}
