using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using ActorSparse.Model.Kernels;

namespace ActorSparse.Model.Operators.Convolution;

/// <summary>Where the quads of a tile are, in floats from its first: side by side, or in rows below.</summary>
internal readonly record struct QuadOffsets(nint Second, nint Third, nint Fourth);

/// <summary>
/// A vector of samples at each of several positions of one channel, in registers: quads, which are four positions side by side, in an
/// arrangement that is known at run time only.
/// </summary>
internal unsafe interface IPositionTile<TTile, TVector> where TTile : struct where TVector : struct
{
    static abstract TTile Create(TVector vector);

    /// <summary>Loads positions that are <paramref name="step"/> floats apart within a quad.</summary>
    static abstract TTile Load(float* source, nint step, in QuadOffsets quads);

    static abstract void Store(float* target, nint step, in QuadOffsets quads, in TTile tile);

    /// <summary>Asks for what <see cref="Load"/> would load.</summary>
    static abstract void Prefetch(float* source, nint step, in QuadOffsets quads);

    /// <summary>tile + factor * x, where the vectors of a quad at x follow each other.</summary>
    static abstract TTile MultiplyAdd(TVector factor, float* x, in QuadOffsets quads, in TTile tile);

    /// <summary>Partial sums of the products with the positions at <paramref name="x"/>, one in each element.</summary>
    static abstract TVector Dot(float* x, in QuadOffsets quads, in TTile tile);
}

/// <summary>Four positions side by side.</summary>
internal readonly unsafe struct Quad<TIsa, TVector>(TVector a, TVector b, TVector c, TVector d)
    where TIsa : struct, IVectorIsa<TVector> where TVector : struct
{
    private readonly TVector _a = a, _b = b, _c = c, _d = d;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Quad<TIsa, TVector> Create(TVector vector) => new(vector, vector, vector, vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Quad<TIsa, TVector> Load(float* source, nint step) =>
        new(TIsa.Load(source), TIsa.Load(source + step), TIsa.Load(source + 2 * step), TIsa.Load(source + 3 * step));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Store(float* target, nint step)
    {
        TIsa.Store(target, _a);
        TIsa.Store(target + step, _b);
        TIsa.Store(target + 2 * step, _c);
        TIsa.Store(target + 3 * step, _d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Prefetch(float* source, nint step)
    {
        if (!Sse.IsSupported) return;
        Sse.Prefetch0(source);
        Sse.Prefetch0(source + step);
        Sse.Prefetch0(source + 2 * step);
        Sse.Prefetch0(source + 3 * step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Quad<TIsa, TVector> MultiplyAdd(TVector factor, float* x) => new(
        TIsa.MultiplyAdd(factor, TIsa.Load(x), _a),
        TIsa.MultiplyAdd(factor, TIsa.Load(x + TIsa.Count), _b),
        TIsa.MultiplyAdd(factor, TIsa.Load(x + 2 * TIsa.Count), _c),
        TIsa.MultiplyAdd(factor, TIsa.Load(x + 3 * TIsa.Count), _d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TVector Dot(float* x)
    {
        var sum = TIsa.Multiply(_a, TIsa.Load(x));
        sum = TIsa.MultiplyAdd(_b, TIsa.Load(x + TIsa.Count), sum);
        sum = TIsa.MultiplyAdd(_c, TIsa.Load(x + 2 * TIsa.Count), sum);
        return TIsa.MultiplyAdd(_d, TIsa.Load(x + 3 * TIsa.Count), sum);
    }
}

/// <summary>Two quads: what 16 registers have room for.</summary>
internal readonly unsafe struct TwoQuads<TIsa, TVector>(Quad<TIsa, TVector> a, Quad<TIsa, TVector> b)
    : IPositionTile<TwoQuads<TIsa, TVector>, TVector>
    where TIsa : struct, IVectorIsa<TVector> where TVector : struct
{
    private readonly Quad<TIsa, TVector> _a = a, _b = b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoQuads<TIsa, TVector> Create(TVector vector)
    {
        var quad = Quad<TIsa, TVector>.Create(vector);
        return new(quad, quad);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoQuads<TIsa, TVector> Load(float* source, nint step, in QuadOffsets quads) =>
        new(Quad<TIsa, TVector>.Load(source, step), Quad<TIsa, TVector>.Load(source + quads.Second, step));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, nint step, in QuadOffsets quads, in TwoQuads<TIsa, TVector> tile)
    {
        tile._a.Store(target, step);
        tile._b.Store(target + quads.Second, step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* source, nint step, in QuadOffsets quads)
    {
        Quad<TIsa, TVector>.Prefetch(source, step);
        Quad<TIsa, TVector>.Prefetch(source + quads.Second, step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoQuads<TIsa, TVector> MultiplyAdd(
        TVector factor, float* x, in QuadOffsets quads, in TwoQuads<TIsa, TVector> tile) =>
        new(tile._a.MultiplyAdd(factor, x), tile._b.MultiplyAdd(factor, x + quads.Second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Dot(float* x, in QuadOffsets quads, in TwoQuads<TIsa, TVector> tile) =>
        TIsa.Add(tile._a.Dot(x), tile._b.Dot(x + quads.Second));
}

/// <summary>Four quads: half of 32 registers.</summary>
internal readonly unsafe struct FourQuads<TIsa, TVector>(
    Quad<TIsa, TVector> a, Quad<TIsa, TVector> b, Quad<TIsa, TVector> c, Quad<TIsa, TVector> d)
    : IPositionTile<FourQuads<TIsa, TVector>, TVector>
    where TIsa : struct, IVectorIsa<TVector> where TVector : struct
{
    private readonly Quad<TIsa, TVector> _a = a, _b = b, _c = c, _d = d;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourQuads<TIsa, TVector> Create(TVector vector)
    {
        var quad = Quad<TIsa, TVector>.Create(vector);
        return new(quad, quad, quad, quad);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourQuads<TIsa, TVector> Load(float* source, nint step, in QuadOffsets quads) => new(
        Quad<TIsa, TVector>.Load(source, step), Quad<TIsa, TVector>.Load(source + quads.Second, step),
        Quad<TIsa, TVector>.Load(source + quads.Third, step), Quad<TIsa, TVector>.Load(source + quads.Fourth, step));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, nint step, in QuadOffsets quads, in FourQuads<TIsa, TVector> tile)
    {
        tile._a.Store(target, step);
        tile._b.Store(target + quads.Second, step);
        tile._c.Store(target + quads.Third, step);
        tile._d.Store(target + quads.Fourth, step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* source, nint step, in QuadOffsets quads)
    {
        Quad<TIsa, TVector>.Prefetch(source, step);
        Quad<TIsa, TVector>.Prefetch(source + quads.Second, step);
        Quad<TIsa, TVector>.Prefetch(source + quads.Third, step);
        Quad<TIsa, TVector>.Prefetch(source + quads.Fourth, step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourQuads<TIsa, TVector> MultiplyAdd(
        TVector factor, float* x, in QuadOffsets quads, in FourQuads<TIsa, TVector> tile) => new(
        tile._a.MultiplyAdd(factor, x), tile._b.MultiplyAdd(factor, x + quads.Second),
        tile._c.MultiplyAdd(factor, x + quads.Third), tile._d.MultiplyAdd(factor, x + quads.Fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Dot(float* x, in QuadOffsets quads, in FourQuads<TIsa, TVector> tile) => TIsa.Add(
        TIsa.Add(tile._a.Dot(x), tile._b.Dot(x + quads.Second)), TIsa.Add(tile._c.Dot(x + quads.Third), tile._d.Dot(x + quads.Fourth)));
}
