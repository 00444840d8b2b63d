using System.Runtime.CompilerServices;
using ActorSparse.Model.Kernels;

namespace ActorSparse.Model.Operators.Normalization;

/// <summary>
/// Sums of up to 256 lanes over any number of rows: some rows are added as they are, and those parts with what their additions round off,
/// which is nearly as exact as double precision and stays in vectors.
/// </summary>
/// <param name="memory">Room for <see cref="Floats"/> floats, all 0.</param>
internal readonly unsafe struct LaneSums(float* memory)
{
    /// <summary>Most lanes.</summary>
    internal const int LanesMax = 256;

    /// <summary>Rows after which <see cref="Flush"/> should be called.</summary>
    internal const int RowsPerSum = 64;

    /// <summary>Floats of memory.</summary>
    internal const int Floats = 3 * LanesMax;

    private readonly float* _high = memory + LanesMax, _low = memory + 2 * LanesMax;

    /// <summary>Sums of the rows since <see cref="Flush"/>, one a lane, for the caller to add to.</summary>
    internal readonly float* Part = memory;

    /// <summary>Begins anew.</summary>
    internal void Clear() => new Span<float>(Part, Floats).Clear();

    /// <summary>Adds the parts to the sums, and begins parts anew.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Flush<TIsa, TVector>(nint lanes) where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        for (nint lane = 0; lane < lanes; lane += TIsa.Count)
        {
            var (part, high) = (TIsa.Load(Part + lane), TIsa.Load(_high + lane));
            var sum = TIsa.Add(high, part);
            // What of either is not in the rounded sum.
            var added = TIsa.Subtract(sum, high);
            var lost = TIsa.Add(TIsa.Subtract(high, TIsa.Subtract(sum, added)), TIsa.Subtract(part, added));
            TIsa.Store(_high + lane, sum);
            TIsa.Store(_low + lane, TIsa.Add(TIsa.Load(_low + lane), lost));
            TIsa.Store(Part + lane, TIsa.Zero);
        }
    }

    /// <summary>The sums of the lanes from <paramref name="lane"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TVector Total<TIsa, TVector>(nint lane) where TIsa : struct, IVectorIsa<TVector> where TVector : struct =>
        TIsa.Add(TIsa.Load(_high + lane), TIsa.Load(_low + lane));
}
