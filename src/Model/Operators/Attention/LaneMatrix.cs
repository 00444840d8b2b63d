using System.Runtime.CompilerServices;
using ActorSparse.Model.Kernels;

namespace ActorSparse.Model.Operators.Attention;

/// <summary>
/// A matrix for each sample, with the samples as lanes: its elements are vectors, anywhere in memory at equal distances.
/// </summary>
/// <param name="origin">The first element.</param>
/// <param name="rowStep">Floats from one row to the next.</param>
/// <param name="columnStep">Floats from one column to the next.</param>
internal readonly unsafe struct LaneMatrix(float* origin, nint rowStep, nint columnStep)
{
    private readonly float* _origin = origin;
    private readonly nint _rowStep = rowStep, _columnStep = columnStep;

    /// <summary>The same elements with rows as columns.</summary>
    internal LaneMatrix Transposed => new(_origin, _columnStep, _rowStep);

    /// <summary>The rows from <paramref name="first"/> on.</summary>
    internal LaneMatrix From(nint first) => new(_origin + first * _rowStep, _rowStep, _columnStep);

    /// <summary>One row's first element; the others follow at equal distances.</summary>
    internal float* Row(nint row) => _origin + row * _rowStep;

    /// <summary>
    /// target = left right' for rows x columns elements, each a sum of <paramref name="length"/> products in their order; or adds that to
    /// the target.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Multiply<TIsa, TVector>(
        in LaneMatrix left, in LaneMatrix right, in LaneMatrix target, nint rows, nint columns, nint length, bool adds)
        where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        // Four rows by four columns in registers: eight loads for sixteen products.
        const int Tile = 4;
        nint wholeRows = rows / Tile * Tile, wholeColumns = columns / Tile * Tile;
        for (nint row = 0; row < wholeRows; row += Tile)
        {
            for (nint column = 0; column < wholeColumns; column += Tile)
                MultiplyTile<TIsa, TVector>(left, right, target, row, column, length, adds);
            for (var column = wholeColumns; column < columns; column++)
                for (var inTile = row; inTile < row + Tile; inTile++)
                    MultiplyOne<TIsa, TVector>(left, right, target, inTile, column, length, adds);
        }
        for (var row = wholeRows; row < rows; row++)
            for (nint column = 0; column < columns; column++)
                MultiplyOne<TIsa, TVector>(left, right, target, row, column, length, adds);
    }

    private static void MultiplyOne<TIsa, TVector>(
        in LaneMatrix left, in LaneMatrix right, in LaneMatrix target, nint row, nint column, nint length, bool adds)
        where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        float* a = left.Row(row), b = right.Row(column), c = target.Row(row) + column * target._columnStep;
        var sum = adds ? TIsa.Load(c) : TIsa.Zero;
        for (nint index = 0; index < length; index++, a += left._columnStep, b += right._columnStep)
            sum = TIsa.MultiplyAdd(TIsa.Load(a), TIsa.Load(b), sum);
        TIsa.Store(c, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyTile<TIsa, TVector>(
        in LaneMatrix left, in LaneMatrix right, in LaneMatrix target, nint row, nint column, nint length, bool adds)
        where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        nint aStep = left._rowStep, bStep = right._rowStep, aNext = left._columnStep, bNext = right._columnStep;
        float* a = left._origin + row * aStep, b = right._origin + column * bStep;
        var c = target.Row(row) + column * target._columnStep;
        nint down = target._rowStep, across = target._columnStep;
        TVector c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c23, c30, c31, c32, c33;
        c00 = c01 = c02 = c03 = c10 = c11 = c12 = c13 = c20 = c21 = c22 = c23 = c30 = c31 = c32 = c33 = TIsa.Zero;
        if (adds)
        {
            LoadRow<TIsa, TVector>(c, across, out c00, out c01, out c02, out c03);
            LoadRow<TIsa, TVector>(c + down, across, out c10, out c11, out c12, out c13);
            LoadRow<TIsa, TVector>(c + 2 * down, across, out c20, out c21, out c22, out c23);
            LoadRow<TIsa, TVector>(c + 3 * down, across, out c30, out c31, out c32, out c33);
        }
        for (nint index = 0; index < length; index++, a += aNext, b += bNext)
        {
            TVector b0 = TIsa.Load(b), b1 = TIsa.Load(b + bStep), b2 = TIsa.Load(b + 2 * bStep), b3 = TIsa.Load(b + 3 * bStep);
            var factor = TIsa.Load(a);
            c00 = TIsa.MultiplyAdd(factor, b0, c00);
            c01 = TIsa.MultiplyAdd(factor, b1, c01);
            c02 = TIsa.MultiplyAdd(factor, b2, c02);
            c03 = TIsa.MultiplyAdd(factor, b3, c03);
            factor = TIsa.Load(a + aStep);
            c10 = TIsa.MultiplyAdd(factor, b0, c10);
            c11 = TIsa.MultiplyAdd(factor, b1, c11);
            c12 = TIsa.MultiplyAdd(factor, b2, c12);
            c13 = TIsa.MultiplyAdd(factor, b3, c13);
            factor = TIsa.Load(a + 2 * aStep);
            c20 = TIsa.MultiplyAdd(factor, b0, c20);
            c21 = TIsa.MultiplyAdd(factor, b1, c21);
            c22 = TIsa.MultiplyAdd(factor, b2, c22);
            c23 = TIsa.MultiplyAdd(factor, b3, c23);
            factor = TIsa.Load(a + 3 * aStep);
            c30 = TIsa.MultiplyAdd(factor, b0, c30);
            c31 = TIsa.MultiplyAdd(factor, b1, c31);
            c32 = TIsa.MultiplyAdd(factor, b2, c32);
            c33 = TIsa.MultiplyAdd(factor, b3, c33);
        }
        StoreRow<TIsa, TVector>(c, across, c00, c01, c02, c03);
        StoreRow<TIsa, TVector>(c + down, across, c10, c11, c12, c13);
        StoreRow<TIsa, TVector>(c + 2 * down, across, c20, c21, c22, c23);
        StoreRow<TIsa, TVector>(c + 3 * down, across, c30, c31, c32, c33);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadRow<TIsa, TVector>(float* row, nint step, out TVector a, out TVector b, out TVector c, out TVector d)
        where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        a = TIsa.Load(row);
        b = TIsa.Load(row + step);
        c = TIsa.Load(row + 2 * step);
        d = TIsa.Load(row + 3 * step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRow<TIsa, TVector>(float* row, nint step, TVector a, TVector b, TVector c, TVector d)
        where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        TIsa.Store(row, a);
        TIsa.Store(row + step, b);
        TIsa.Store(row + 2 * step, c);
        TIsa.Store(row + 3 * step, d);
    }
}
