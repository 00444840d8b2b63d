using System.Runtime.CompilerServices;

namespace ActorSparse.Model.Kernels;

/// <summary>Functions of vectors that are made of the operations of <see cref="IVectorIsa{TVector}"/>.</summary>
internal static class VectorMath
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Negate<TIsa, TVector>(TVector x) where TIsa : struct, IVectorIsa<TVector> where TVector : struct =>
        TIsa.Multiply(x, TIsa.Create(-1));

    /// <summary>The sum of all elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Sum<TIsa, TVector>(TVector x) where TIsa : struct, IVectorIsa<TVector> where TVector : struct =>
        TIsa.Sums(x, TIsa.Zero, TIsa.Zero, TIsa.Zero)[0];

    internal static TVector Sigmoid<TIsa, TVector>(TVector z) where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        var one = TIsa.Create(1);
        return TIsa.Divide(one, TIsa.Add(one, TIsa.Exp(Negate<TIsa, TVector>(z))));
    }

    // 2 sigmoid(2z) - 1 loses the small ones to cancellation, so those take the first terms of the series.
    internal static TVector Tanh<TIsa, TVector>(TVector z) where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        const float SeriesEnd = 0.15f;
        var large = TIsa.MultiplyAdd(TIsa.Create(2), Sigmoid<TIsa, TVector>(TIsa.Add(z, z)), TIsa.Create(-1));
        var square = TIsa.Multiply(z, z);
        var series = TIsa.MultiplyAdd(square, TIsa.Create(-17f / 315), TIsa.Create(2f / 15));
        series = TIsa.MultiplyAdd(square, series, TIsa.Create(-1f / 3));
        series = TIsa.MultiplyAdd(TIsa.Multiply(z, square), series, z);
        return TIsa.Select(TIsa.PositiveBits(TIsa.Add(square, TIsa.Create(-SeriesEnd * SeriesEnd))), large, series);
    }

    /// <summary>
    /// exp(x) for x of at most 88, within 2e-7, relative: a shorter way than the general one, which no chain of layers takes. Below -87.3,
    /// where floats of full precision end, it stays at 1.2e-38.
    /// </summary>
    /// <remarks>
    /// 2^n exp(r) with |r| at most ln(2) / 2 and, for exp(r), interpolation of degree 6 at Chebyshev's points: within 3e-9.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Exp<TIsa, TVector>(TVector x) where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        // Of numbers near it only whole ones are floats, so that adding it rounds; ln 2 in two parts, the first of which has few bits.
        const float Rounding = 12_582_912, Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;
        x = TIsa.Max(x, TIsa.Create(-87.33654f));
        var whole = TIsa.Subtract(TIsa.MultiplyAdd(x, TIsa.Create(1.44269504f), TIsa.Create(Rounding)), TIsa.Create(Rounding));
        var rest = TIsa.MultiplyAdd(whole, TIsa.Create(-Ln2High), x);
        rest = TIsa.MultiplyAdd(whole, TIsa.Create(-Ln2Low), rest);
        var sum = TIsa.MultiplyAdd(TIsa.Create(0.00139412131f), rest, TIsa.Create(0.0083752102009f));
        sum = TIsa.MultiplyAdd(sum, rest, TIsa.Create(0.041666351638f));
        sum = TIsa.MultiplyAdd(sum, rest, TIsa.Create(0.16666414507f));
        sum = TIsa.MultiplyAdd(sum, rest, TIsa.Create(0.50000000474f));
        sum = TIsa.MultiplyAdd(sum, rest, TIsa.Create(1.0000000379f));
        sum = TIsa.MultiplyAdd(sum, rest, TIsa.Create(1));
        return TIsa.Multiply(sum, TIsa.PowerOfTwo(whole));
    }

    /// <summary>
    /// The distribution of the standard normal, (1 + erf(x / sqrt 2)) / 2, within 1.2e-7, and exp(-x^2 / 2), which its density is a
    /// multiple of. In the tail below 0 it is the relative error that is small: 2e-7, and x^2 / 2 roundings of the exponential.
    /// </summary>
    /// <remarks>
    /// The tail is exp(-x^2 / 2) t P(t) with t = 1 / (1 + 0.22 |x|) and a polynomial P of degree 8 that interpolates at Chebyshev's points
    /// of t for |x| up to 13, where floats end: within 7.6e-8, relative.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (TVector Distribution, TVector Exponential) Normal<TIsa, TVector>(TVector x)
        where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        var one = TIsa.Create(1);
        var size = TIsa.Max(x, Negate<TIsa, TVector>(x));
        var t = TIsa.Divide(one, TIsa.MultiplyAdd(size, TIsa.Create(0.22f), one));
        var exponential = Exp<TIsa, TVector>(TIsa.Multiply(TIsa.Multiply(x, TIsa.Create(-0.5f)), x));
        var sum = TIsa.MultiplyAdd(TIsa.Create(-0.035575840051f), t, TIsa.Create(0.089428444483f));
        sum = TIsa.MultiplyAdd(sum, t, TIsa.Create(0.010361601396f));
        sum = TIsa.MultiplyAdd(sum, t, TIsa.Create(0.008261042008f));
        sum = TIsa.MultiplyAdd(sum, t, TIsa.Create(0.11396303972f));
        sum = TIsa.MultiplyAdd(sum, t, TIsa.Create(0.047794780644f));
        sum = TIsa.MultiplyAdd(sum, t, TIsa.Create(0.09134101457f));
        sum = TIsa.MultiplyAdd(sum, t, TIsa.Create(0.086584694618f));
        sum = TIsa.MultiplyAdd(sum, t, TIsa.Create(0.087841206318f));
        var tail = TIsa.Multiply(TIsa.Multiply(sum, t), exponential);
        return (TIsa.Select(TIsa.PositiveBits(x), TIsa.Subtract(one, tail), tail), exponential);
    }
}
