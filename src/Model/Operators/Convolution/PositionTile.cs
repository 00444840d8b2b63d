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
    static abstract TTile Load(float* source, nint step, QuadOffsets quads);

    static abstract void Store(float* target, nint step, QuadOffsets quads, in TTile tile);

    /// <summary>Asks for what <see cref="Load"/> would load.</summary>
    static abstract void Prefetch(float* source, nint step, QuadOffsets quads);

    /// <summary>tile + factor * x, where the vectors of a quad at x follow each other.</summary>
    static abstract TTile MultiplyAdd(TVector factor, float* x, QuadOffsets quads, in TTile tile);
}

/// <summary>A tile so small that registers hold three: two, and what is multiplied with both.</summary>
internal unsafe interface ISmallTile<TTile, TVector> : IPositionTile<TTile, TVector> where TTile : struct where TVector : struct
{
    /// <summary>tile + factor * x.</summary>
    static abstract TTile MultiplyAdd(TVector factor, in TTile x, in TTile tile);

    /// <summary>Partial sums of the products of two tiles, one in each element.</summary>
    static abstract TVector Dot(in TTile x, in TTile tile);
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
    internal Quad<TIsa, TVector> MultiplyAdd(TVector factor, in Quad<TIsa, TVector> x) => new(
        TIsa.MultiplyAdd(factor, x._a, _a), TIsa.MultiplyAdd(factor, x._b, _b),
        TIsa.MultiplyAdd(factor, x._c, _c), TIsa.MultiplyAdd(factor, x._d, _d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TVector Dot(in Quad<TIsa, TVector> x)
    {
        var sum = TIsa.Multiply(_a, x._a);
        sum = TIsa.MultiplyAdd(_b, x._b, sum);
        sum = TIsa.MultiplyAdd(_c, x._c, sum);
        return TIsa.MultiplyAdd(_d, x._d, sum);
    }
}

/// <summary>One quad: three of them are what 16 registers have room for.</summary>
internal readonly unsafe struct OneQuad<TIsa, TVector>(Quad<TIsa, TVector> a) : ISmallTile<OneQuad<TIsa, TVector>, TVector>
    where TIsa : struct, IVectorIsa<TVector> where TVector : struct
{
    private readonly Quad<TIsa, TVector> _a = a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OneQuad<TIsa, TVector> Create(TVector vector) => new(Quad<TIsa, TVector>.Create(vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OneQuad<TIsa, TVector> Load(float* source, nint step, QuadOffsets quads) =>
        new(Quad<TIsa, TVector>.Load(source, step));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, nint step, QuadOffsets quads, in OneQuad<TIsa, TVector> tile) => tile._a.Store(target, step);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* source, nint step, QuadOffsets quads) => Quad<TIsa, TVector>.Prefetch(source, step);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OneQuad<TIsa, TVector> MultiplyAdd(
        TVector factor, float* x, QuadOffsets quads, in OneQuad<TIsa, TVector> tile) => new(tile._a.MultiplyAdd(factor, x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OneQuad<TIsa, TVector> MultiplyAdd(TVector factor, in OneQuad<TIsa, TVector> x, in OneQuad<TIsa, TVector> tile) =>
        new(tile._a.MultiplyAdd(factor, x._a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Dot(in OneQuad<TIsa, TVector> x, in OneQuad<TIsa, TVector> tile) => tile._a.Dot(x._a);
}

/// <summary>Two quads: what 16 registers have room for, and three of them 32.</summary>
internal readonly unsafe struct TwoQuads<TIsa, TVector>(Quad<TIsa, TVector> a, Quad<TIsa, TVector> b)
    : ISmallTile<TwoQuads<TIsa, TVector>, TVector>
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
    public static TwoQuads<TIsa, TVector> Load(float* source, nint step, QuadOffsets quads) =>
        new(Quad<TIsa, TVector>.Load(source, step), Quad<TIsa, TVector>.Load(source + quads.Second, step));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, nint step, QuadOffsets quads, in TwoQuads<TIsa, TVector> tile)
    {
        tile._a.Store(target, step);
        tile._b.Store(target + quads.Second, step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* source, nint step, QuadOffsets quads)
    {
        Quad<TIsa, TVector>.Prefetch(source, step);
        Quad<TIsa, TVector>.Prefetch(source + quads.Second, step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoQuads<TIsa, TVector> MultiplyAdd(
        TVector factor, float* x, QuadOffsets quads, in TwoQuads<TIsa, TVector> tile) =>
        new(tile._a.MultiplyAdd(factor, x), tile._b.MultiplyAdd(factor, x + quads.Second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoQuads<TIsa, TVector> MultiplyAdd(TVector factor, in TwoQuads<TIsa, TVector> x, in TwoQuads<TIsa, TVector> tile) =>
        new(tile._a.MultiplyAdd(factor, x._a), tile._b.MultiplyAdd(factor, x._b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Dot(in TwoQuads<TIsa, TVector> x, in TwoQuads<TIsa, TVector> tile) =>
        TIsa.Add(tile._a.Dot(x._a), tile._b.Dot(x._b));
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
    public static FourQuads<TIsa, TVector> Load(float* source, nint step, QuadOffsets quads) => new(
        Quad<TIsa, TVector>.Load(source, step), Quad<TIsa, TVector>.Load(source + quads.Second, step),
        Quad<TIsa, TVector>.Load(source + quads.Third, step), Quad<TIsa, TVector>.Load(source + quads.Fourth, step));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, nint step, QuadOffsets quads, in FourQuads<TIsa, TVector> tile)
    {
        tile._a.Store(target, step);
        tile._b.Store(target + quads.Second, step);
        tile._c.Store(target + quads.Third, step);
        tile._d.Store(target + quads.Fourth, step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* source, nint step, QuadOffsets quads)
    {
        Quad<TIsa, TVector>.Prefetch(source, step);
        Quad<TIsa, TVector>.Prefetch(source + quads.Second, step);
        Quad<TIsa, TVector>.Prefetch(source + quads.Third, step);
        Quad<TIsa, TVector>.Prefetch(source + quads.Fourth, step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourQuads<TIsa, TVector> MultiplyAdd(
        TVector factor, float* x, QuadOffsets quads, in FourQuads<TIsa, TVector> tile) => new(
        tile._a.MultiplyAdd(factor, x), tile._b.MultiplyAdd(factor, x + quads.Second),
        tile._c.MultiplyAdd(factor, x + quads.Third), tile._d.MultiplyAdd(factor, x + quads.Fourth));
}
