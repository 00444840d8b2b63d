using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Recovery;

/// <summary>
/// Sums of very many indices in little memory (Charikar, Chen, Farach-Colton, "Finding frequent items in data streams", 2002): four rows of
/// cells, an index in one cell of each with a sign; the estimate is the median of the four. Linear in what is added, exact while indices do
/// not collide.
/// </summary>
internal sealed class CountSketch
{
    internal const int Rows = 4;

    private readonly uint[] _factors, _shifts;
    private readonly double[] _cells;
    private readonly ulong _signs;

    /// <summary>A sketch of so many cells in a row, with hashes of this seed.</summary>
    public CountSketch(int width, ulong seed)
        : this(width, Draw(seed, 0, odd: true), Draw(seed, 1, odd: false), new RandomSource(seed).Key("count-sketch", 2)) { }

    internal CountSketch(int width, uint[] factors, uint[] shifts, ulong signs)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        (Width, _factors, _shifts, _signs) = (width, factors, shifts, signs);
        _cells = new double[(long)Rows * width];
    }

    /// <summary>Cells of a row.</summary>
    public int Width { get; }

    /// <summary>The width for the sums of <paramref name="length"/> indices of which <paramref name="budget"/> matter.</summary>
    public static int WidthFor(int budget, long length) =>
        (int)Math.Max(1, Math.Floor(budget * Math.Max(1, Math.Log((double)length / budget))));

    /// <summary>The cell of an index in a row.</summary>
    public int Cell(int row, long index)
    {
        // MurmurHash3's finaliser of a linear hash.
        var hash = unchecked(_factors[row] * (uint)index + _shifts[row]) ^ unchecked((uint)(index >> 32) * 0x9E3779B1);
        hash = unchecked((hash ^ (hash >> 16)) * 0x85EBCA6B);
        hash = unchecked((hash ^ (hash >> 13)) * 0xC2B2AE35);
        return (int)((hash ^ (hash >> 16)) % (uint)Width);
    }

    /// <summary>Adds to the sum of an index.</summary>
    public void Add(long index, double value)
    {
        var signs = Signs(index);
        for (var row = 0; row < Rows; row++) _cells[(long)row * Width + Cell(row, index)] += Signed(value, signs, row);
    }

    /// <summary>The sum of an index, about.</summary>
    public double Estimate(long index)
    {
        var signs = Signs(index);
        Span<double> sums = stackalloc double[Rows];
        for (var row = 0; row < Rows; row++) sums[row] = Signed(_cells[(long)row * Width + Cell(row, index)], signs, row);
        sums.Sort();
        return (sums[1] + sums[2]) / 2;
    }

    private static double Signed(double value, uint signs, int row) => ((signs >> row) & 1) == 0 ? value : -value;

    // From the index alone, four bits at once.
    private uint Signs(long index) => Philox.Block(_signs, (ulong)index).X0;

    private static uint[] Draw(ulong seed, int which, bool odd)
    {
        var stream = new RandomSource(seed).Stream("count-sketch", which);
        return [.. Enumerable.Range(0, Rows).Select(_ => stream.NextUInt32() | (odd ? 1u : 0))];
    }
}
