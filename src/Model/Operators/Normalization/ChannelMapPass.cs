using System.Runtime.CompilerServices;
using ActorSparse.Model.Kernels;

namespace ActorSparse.Model.Operators.Normalization;

/// <summary>
/// target = map(x, dy), number by number over a plane; lanes after those that count, up to a whole vector, become 0.
/// </summary>
internal readonly unsafe struct ChannelMapPass<TMap>(Plane plane, TMap map, float* x, float* dy, float* target) : IVectorPass
    where TMap : struct, IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TIsa, TVector>() where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        var own = map;
        float* source = x, gradient = dy, to = target;
        nint count = plane.Count, whole = count / TIsa.Count * TIsa.Count;
        for (var row = 0; row < plane.Rows; row++, source += plane.Stride, gradient += plane.Stride, to += plane.Stride)
        {
            for (nint lane = 0; lane < whole; lane += TIsa.Count)
                TIsa.Store(to + lane, own.Apply<TIsa, TVector>(TIsa.Load(source + lane), TIsa.Load(gradient + lane)));
            if (whole == count) continue;
            var last = own.Apply<TIsa, TVector>(TIsa.Load(source + whole), TIsa.Load(gradient + whole));
            TIsa.Store(to + whole, TIsa.Select((1u << (int)(count - whole)) - 1, last, TIsa.Zero));
        }
    }
}

/// <summary>From the deviation from the mean to what comes out before an activation: deviation * slope + shift.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Slope">Scale over standard deviation.</param>
/// <param name="Shift">The shift.</param>
internal readonly record struct Normalisation(float Mean, float Slope, float Shift)
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TVector Of<TIsa, TVector>(TVector deviation) where TIsa : struct, IVectorIsa<TVector> where TVector : struct =>
        TIsa.MultiplyAdd(deviation, TIsa.Create(Slope), TIsa.Create(Shift));
}

/// <summary>The output: an activation of what <paramref name="normalise"/> gives.</summary>
internal readonly struct NormaliseMap<TMap>(Normalisation normalise, TMap activation) : IElementMap where TMap : struct, IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TIsa, TVector>(TVector x, TVector same) where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        var normal = normalise.Of<TIsa, TVector>(TIsa.Subtract(x, TIsa.Create(normalise.Mean)));
        return activation.Apply<TIsa, TVector>(normal, normal);
    }
}

/// <summary>
/// The gradient by the input: slope * dy - shared - deviation * leaning, with dy before the activation; shared and leaning are the parts
/// of the gradient that the mean and the variance take.
/// </summary>
internal readonly struct NormaliseGradientMap<TGradient>(Normalisation normalise, float shared, float leaning, TGradient gradient)
    : IElementMap where TGradient : struct, IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TIsa, TVector>(TVector x, TVector dy) where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        var deviation = TIsa.Subtract(x, TIsa.Create(normalise.Mean));
        var before = gradient.Apply<TIsa, TVector>(normalise.Of<TIsa, TVector>(deviation), dy);
        // Rounded as shared was: where all of the gradient is shared nothing is left.
        var rest = TIsa.Subtract(TIsa.Multiply(before, TIsa.Create(normalise.Slope)), TIsa.Create(shared));
        return TIsa.MultiplyAdd(deviation, TIsa.Create(-leaning), rest);
    }
}
