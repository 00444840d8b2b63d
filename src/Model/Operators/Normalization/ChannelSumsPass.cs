using System.Runtime.CompilerServices;
using ActorSparse.Model.Kernels;

namespace ActorSparse.Model.Operators.Normalization;

/// <summary>Two terms of every number of a channel.</summary>
internal interface IChannelTerms
{
    /// <summary>A number whose terms are 0.</summary>
    float Center { get; }

    /// <summary>Adds the terms of some numbers, and of the gradients by what becomes of them, to two sums.</summary>
    void AddTo<TIsa, TVector>(TVector x, TVector dy, ref TVector first, ref TVector second)
        where TIsa : struct, IVectorIsa<TVector> where TVector : struct;
}

/// <summary>
/// Adds the two sums of <paramref name="terms"/> over a plane to <paramref name="sums"/>. A few vectors are added as they are and those sums
/// in double precision, in an order that depends on the shape alone. Gradients of lanes that do not count must be 0.
/// </summary>
internal readonly unsafe struct ChannelSumsPass<TTerms>(Plane plane, TTerms terms, float* x, float* dy, double* sums) : IVectorPass
    where TTerms : struct, IChannelTerms
{
    private const int VectorsPerSum = 256;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TIsa, TVector>() where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        var own = terms;
        float* source = x, gradient = dy;
        nint count = plane.Count, whole = count / TIsa.Count * TIsa.Count, added = 0;
        var center = TIsa.Create(own.Center);
        TVector a = TIsa.Zero, b = TIsa.Zero, c = TIsa.Zero, d = TIsa.Zero;
        TVector e = TIsa.Zero, f = TIsa.Zero, g = TIsa.Zero, h = TIsa.Zero;
        for (var row = 0; row < plane.Rows; row++, source += plane.Stride, gradient += plane.Stride)
        {
            nint lane = 0;
            while (lane < count)
            {
                // Four sums of each, for an addition takes as long as four begin in.
                var end = Math.Min(whole, lane + (VectorsPerSum - added) * TIsa.Count);
                var begin = lane;
                for (; lane + 4 * TIsa.Count <= end; lane += 4 * TIsa.Count)
                {
                    own.AddTo<TIsa, TVector>(TIsa.Load(source + lane), TIsa.Load(gradient + lane), ref a, ref e);
                    own.AddTo<TIsa, TVector>(
                        TIsa.Load(source + lane + TIsa.Count), TIsa.Load(gradient + lane + TIsa.Count), ref b, ref f);
                    own.AddTo<TIsa, TVector>(
                        TIsa.Load(source + lane + 2 * TIsa.Count), TIsa.Load(gradient + lane + 2 * TIsa.Count), ref c, ref g);
                    own.AddTo<TIsa, TVector>(
                        TIsa.Load(source + lane + 3 * TIsa.Count), TIsa.Load(gradient + lane + 3 * TIsa.Count), ref d, ref h);
                }
                for (; lane < end; lane += TIsa.Count)
                    own.AddTo<TIsa, TVector>(TIsa.Load(source + lane), TIsa.Load(gradient + lane), ref a, ref e);
                added += (lane - begin) / TIsa.Count;
                if (lane == whole && whole < count)
                {
                    var last = TIsa.Select((1u << (int)(count - whole)) - 1, TIsa.Load(source + lane), center);
                    own.AddTo<TIsa, TVector>(last, TIsa.Load(gradient + lane), ref b, ref f);
                    (lane, added) = (count, added + 1);
                }
                if (added < VectorsPerSum && (lane < count || row + 1 < plane.Rows)) continue;
                var both = TIsa.Sums(
                    TIsa.Add(TIsa.Add(a, b), TIsa.Add(c, d)), TIsa.Add(TIsa.Add(e, f), TIsa.Add(g, h)), TIsa.Zero, TIsa.Zero);
                sums[0] += both[0];
                sums[1] += both[1];
                a = b = c = d = e = f = g = h = TIsa.Zero;
                added = 0;
            }
        }
    }
}

/// <summary>Deviations from a number near the mean, and their squares.</summary>
internal readonly struct Deviations(float center) : IChannelTerms
{
    public float Center => center;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddTo<TIsa, TVector>(TVector x, TVector dy, ref TVector first, ref TVector second)
        where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        var difference = TIsa.Subtract(x, TIsa.Create(center));
        first = TIsa.Add(first, difference);
        second = TIsa.MultiplyAdd(difference, difference, second);
    }
}

/// <summary>Gradients by what <paramref name="normalise"/> gives, before its activation, and those times the deviation from the mean.</summary>
internal readonly struct GradientTerms<TGradient>(Normalisation normalise, TGradient gradient) : IChannelTerms
    where TGradient : struct, IElementMap
{
    public float Center => normalise.Mean;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddTo<TIsa, TVector>(TVector x, TVector dy, ref TVector first, ref TVector second)
        where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        var deviation = TIsa.Subtract(x, TIsa.Create(normalise.Mean));
        var before = gradient.Apply<TIsa, TVector>(normalise.Of<TIsa, TVector>(deviation), dy);
        first = TIsa.Add(first, before);
        second = TIsa.MultiplyAdd(deviation, before, second);
    }
}
