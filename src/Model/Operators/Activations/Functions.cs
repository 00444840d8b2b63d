using System.Runtime.CompilerServices;
using ActorSparse.Model.Kernels;

namespace ActorSparse.Model.Operators.Activations;

// Functions of x, which comes twice, and the gradients by x: of x or y, and of dy.

internal readonly struct Relu : IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TIsa, TVector>(TVector x, TVector same) where TIsa : struct, IVectorIsa<TVector> where TVector : struct =>
        TIsa.Max(x, TIsa.Zero);
}

internal readonly struct LeakyRelu(float slope) : IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TIsa, TVector>(TVector x, TVector same) where TIsa : struct, IVectorIsa<TVector> where TVector : struct =>
        TIsa.Select(TIsa.PositiveBits(x), x, TIsa.Multiply(x, TIsa.Create(slope)));
}

internal readonly struct LeakyReluGradient(float slope) : IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TIsa, TVector>(TVector x, TVector dy) where TIsa : struct, IVectorIsa<TVector> where TVector : struct =>
        TIsa.Select(TIsa.PositiveBits(x), dy, TIsa.Multiply(dy, TIsa.Create(slope)));
}

/// <summary>f(x) = x, and the gradient by it.</summary>
internal readonly struct Unchanged : IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TIsa, TVector>(TVector x, TVector dy) where TIsa : struct, IVectorIsa<TVector> where TVector : struct => dy;
}

internal readonly struct Sigmoid : IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TIsa, TVector>(TVector x, TVector same) where TIsa : struct, IVectorIsa<TVector> where TVector : struct =>
        VectorMath.Sigmoid<TIsa, TVector>(x);
}

internal readonly struct SigmoidGradient : IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TIsa, TVector>(TVector y, TVector dy) where TIsa : struct, IVectorIsa<TVector> where TVector : struct =>
        TIsa.Multiply(dy, TIsa.Multiply(y, TIsa.Subtract(TIsa.Create(1), y)));
}

internal readonly struct Tanh : IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TIsa, TVector>(TVector x, TVector same) where TIsa : struct, IVectorIsa<TVector> where TVector : struct =>
        VectorMath.Tanh<TIsa, TVector>(x);
}

internal readonly struct TanhGradient : IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TIsa, TVector>(TVector y, TVector dy) where TIsa : struct, IVectorIsa<TVector> where TVector : struct =>
        TIsa.Multiply(dy, TIsa.Subtract(TIsa.Create(1), TIsa.Multiply(y, y)));
}

internal readonly struct Gelu : IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TIsa, TVector>(TVector x, TVector same) where TIsa : struct, IVectorIsa<TVector> where TVector : struct =>
        TIsa.Multiply(x, VectorMath.Normal<TIsa, TVector>(x).Distribution);
}

internal readonly struct GeluGradient : IElementMap
{
    private const float DensityAtZero = 0.39894228f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TIsa, TVector>(TVector x, TVector dy) where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        var (distribution, exponential) = VectorMath.Normal<TIsa, TVector>(x);
        return TIsa.Multiply(dy, TIsa.MultiplyAdd(TIsa.Multiply(x, TIsa.Create(DensityAtZero)), exponential, distribution));
    }
}
