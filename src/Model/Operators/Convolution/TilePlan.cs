namespace ActorSparse.Model.Operators.Convolution;

/// <summary>
/// How one product walks its target: tile of positions by tile, rows of tiles in strips. What a strip can see of the source is copied into
/// planes with a border of zeros, some channels at a time. The target's tiles begin at the first pixels of each of its planes. Tiles are a function of the shape and of the vectors in one, because the order
/// of sums depends on them; how strips and channels are taken together only depends on the caches.
/// </summary>
internal sealed class TilePlan
{
    // What a first-level cache holds of the source, and what a second-level cache holds of the copy beside the target
    // (docs/performance.md).
    private const int WindowBytes = 48 << 10;
    private const int CopyBytes = 512 << 10;

    private readonly int _reach;

    private TilePlan(PositionGrid target, PositionGrid source, int reach, int before, int rows, int columns)
    {
        (Target, Source, Rows, Columns) = (target, source, rows, columns);
        (_reach, Before) = (reach, before);
        TilesDown = Ceiling(Enumerable.Range(0, target.Phases).Max(target.Rows), rows);
        TilesAcross = Ceiling(Enumerable.Range(0, target.Phases).Max(target.Columns), columns);
        WholeRows = Enumerable.Range(0, target.Phases).Min(target.Rows);
        WholeColumns = Enumerable.Range(0, target.Phases).Min(target.Columns);
    }

    /// <summary>What the product computes.</summary>
    internal PositionGrid Target { get; }

    /// <summary>What it gathers.</summary>
    internal PositionGrid Source { get; }

    /// <summary>Rows of a tile.</summary>
    internal int Rows { get; }

    /// <summary>Columns of a tile.</summary>
    internal int Columns { get; }

    /// <summary>Floats of a vector.</summary>
    internal int VectorFloats { get; private init; }

    /// <summary>Vectors from one row of a plane to the next.</summary>
    internal int PlaneColumns { get; private init; }

    /// <summary>Rows of a plane.</summary>
    internal int PlaneRows { get; private init; }

    /// <summary>Floats from one plane to the next.</summary>
    internal int PlaneFloats { get; private init; }

    /// <summary>Floats of a channel of the source in a copy.</summary>
    internal int ChannelFloats => checked(Source.Planes * PlaneFloats);

    /// <summary>Channels of the source of which the first-level cache holds what a tile sees.</summary>
    internal int WindowChannels { get; private init; }

    /// <summary>Rows of tiles in a strip; the last may have fewer.</summary>
    internal int StripTiles { get; private init; }

    /// <summary>Strips of an image.</summary>
    internal int Strips => Ceiling(TilesDown, StripTiles);

    /// <summary>
    /// Rows and columns by which a plane of the source begins before the target's first: positions that connections reach above and to the
    /// left.
    /// </summary>
    internal int Before { get; }

    /// <summary>Rows that every plane of the target has.</summary>
    internal int WholeRows { get; }

    /// <summary>Columns that every plane of the target has.</summary>
    internal int WholeColumns { get; }

    /// <summary>Tiles from top to bottom.</summary>
    internal int TilesDown { get; }

    /// <summary>Tiles from left to right.</summary>
    internal int TilesAcross { get; }

    // Tiles of a target image.
    private int Tiles => TilesDown * TilesAcross;

    // Vectors of one source channel that a tile reaches.
    private int WindowVectors => Source.Planes * (Rows + _reach) * (Columns + _reach);

    /// <summary>The output as a sum over the input.</summary>
    internal static TilePlan Forward(ConvolutionShape shape, int vectors, int vectorFloats) =>
        Best(PositionGrid.Output(shape), PositionGrid.Input(shape), (shape.KernelSize - 1) / shape.Stride, 0, vectors).Arrange(vectorFloats);

    /// <summary>The gradient by the input as a sum over the gradient by the output.</summary>
    internal static TilePlan Backward(ConvolutionShape shape, int vectors, int vectorFloats)
    {
        var target = PositionGrid.Input(shape);
        // A plane's first pixel is seen by the output's positions from First(phase) - (its places - 1) to First(phase).
        int first = int.MaxValue, last = int.MinValue;
        for (var phase = 0; phase < target.Phases; phase++)
        {
            first = Math.Min(first, target.First(phase) - (shape.KernelSize - 1 - phase) / shape.Stride);
            last = Math.Max(last, target.First(phase));
        }
        return Best(target, PositionGrid.Output(shape), last - first, -first, vectors).Arrange(vectorFloats);
    }

    /// <summary>Where the quads are that the tile sees by one connection, in a plane of the copy.</summary>
    internal QuadOffsets SourceQuads { get; private init; }

    /// <summary>Where the quads of a tile are, when a row takes so many floats and a position so many.</summary>
    internal QuadOffsets Quads(nint row, nint position)
    {
        var across = Columns / 4;
        nint Offset(int quad) => quad / across * row + quad % across * 4 * position;
        return new(Offset(1), Offset(2), Offset(3));
    }

    // The fewest tiles, for those that hang over the edge do work for nothing; among equals the smallest window.
    private static TilePlan Best(PositionGrid target, PositionGrid source, int reach, int before, int vectors)
    {
        TilePlan? best = null;
        for (var columns = 4; columns <= vectors; columns *= 2)
        {
            var plan = new TilePlan(target, source, reach, before, vectors / columns, columns);
            if (best is null || (plan.Tiles, plan.WindowVectors).CompareTo((best.Tiles, best.WindowVectors)) < 0) best = plan;
        }
        return best!;
    }

    private TilePlan Arrange(int vectorFloats)
    {
        // Odd numbers of vectors, or rows and planes would meet in a few sets of the first-level cache.
        var columns = TilesAcross * Columns + _reach | 1;
        var channels = Math.Clamp(WindowBytes / (sizeof(float) * vectorFloats * WindowVectors), 1, Source.Channels);
        var rowBytes = (long)channels * Source.Planes * columns * vectorFloats * sizeof(float);
        var tiles = (int)Math.Clamp((CopyBytes / rowBytes - _reach) / Rows, 1, TilesDown);
        var planeRows = tiles * Rows + _reach;
        return new(Target, Source, _reach, Before, Rows, Columns)
        {
            VectorFloats = vectorFloats,
            PlaneColumns = columns,
            PlaneRows = planeRows,
            PlaneFloats = checked((planeRows * columns | 1) * vectorFloats),
            WindowChannels = channels,
            SourceQuads = Quads((nint)columns * vectorFloats, vectorFloats),
            StripTiles = tiles,
        };
    }

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;
}
