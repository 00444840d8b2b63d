using System.Runtime.CompilerServices;

namespace ActorSparse.Model.Kernels;

/// <summary>Consecutive samples of one neuron in registers: one, two, four or eight vectors.</summary>
internal unsafe interface IVectorTile<TTile, TVector> where TTile : struct where TVector : struct
{
    /// <summary>Samples in a tile.</summary>
    static abstract int Count { get; }

    static abstract TTile Create(TVector vector);

    static abstract TTile Load(float* source);

    static abstract void Store(float* target, in TTile tile);

    /// <summary>tile + factor * x.</summary>
    static abstract TTile MultiplyAdd(TVector factor, float* x, in TTile tile);

    /// <summary>tile + factor * x.</summary>
    static abstract TTile MultiplyAdd(TVector factor, in TTile x, in TTile tile);

    /// <summary>Adds factor * tile to the samples at <paramref name="target"/>.</summary>
    static abstract void AddTo(float* target, TVector factor, in TTile tile);

    /// <summary>Partial sums of the products with the samples at <paramref name="x"/>, one in each element.</summary>
    static abstract TVector Dot(float* x, in TTile tile);

    /// <summary>The same for samples that are in registers.</summary>
    static abstract TVector Dot(in TTile x, in TTile tile);

    /// <summary>The samples of <see cref="HalfActivations"/>.</summary>
    static abstract TTile LoadHalves(float* words);

    /// <summary>Rounds to <see cref="HalfActivations"/>.</summary>
    static abstract void StoreHalves(float* words, in TTile tile);
}

/// <summary>One vector.</summary>
internal readonly unsafe struct Tile1<TIsa, TVector>(TVector a) : IVectorTile<Tile1<TIsa, TVector>, TVector>
    where TIsa : struct, IVectorIsa<TVector> where TVector : struct
{
    private readonly TVector _a = a;

    public static int Count => TIsa.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1<TIsa, TVector> Create(TVector vector) => new(vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1<TIsa, TVector> Load(float* source) => new(TIsa.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, in Tile1<TIsa, TVector> tile) => TIsa.Store(target, tile._a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1<TIsa, TVector> MultiplyAdd(TVector factor, float* x, in Tile1<TIsa, TVector> tile) =>
        new(TIsa.MultiplyAdd(factor, TIsa.Load(x), tile._a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1<TIsa, TVector> MultiplyAdd(TVector factor, in Tile1<TIsa, TVector> x, in Tile1<TIsa, TVector> tile) =>
        new(TIsa.MultiplyAdd(factor, x._a, tile._a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(float* target, TVector factor, in Tile1<TIsa, TVector> tile) =>
        TIsa.Store(target, TIsa.MultiplyAdd(factor, tile._a, TIsa.Load(target)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Dot(float* x, in Tile1<TIsa, TVector> tile) => TIsa.Multiply(tile._a, TIsa.Load(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Dot(in Tile1<TIsa, TVector> x, in Tile1<TIsa, TVector> tile) => TIsa.Multiply(tile._a, x._a);

    public static Tile1<TIsa, TVector> LoadHalves(float* words) => throw new NotSupportedException("half a vector of words");

    public static void StoreHalves(float* words, in Tile1<TIsa, TVector> tile) => throw new NotSupportedException("half a vector of words");
}

/// <summary>Two vectors.</summary>
internal readonly unsafe struct Tile2<TIsa, TVector>(TVector a, TVector b) : IVectorTile<Tile2<TIsa, TVector>, TVector>
    where TIsa : struct, IVectorIsa<TVector> where TVector : struct
{
    private readonly TVector _a = a, _b = b;

    public static int Count => 2 * TIsa.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2<TIsa, TVector> Create(TVector vector) => new(vector, vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2<TIsa, TVector> Load(float* source) => new(TIsa.Load(source), TIsa.Load(source + TIsa.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, in Tile2<TIsa, TVector> tile)
    {
        TIsa.Store(target, tile._a);
        TIsa.Store(target + TIsa.Count, tile._b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2<TIsa, TVector> MultiplyAdd(TVector factor, float* x, in Tile2<TIsa, TVector> tile) =>
        new(TIsa.MultiplyAdd(factor, TIsa.Load(x), tile._a), TIsa.MultiplyAdd(factor, TIsa.Load(x + TIsa.Count), tile._b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2<TIsa, TVector> MultiplyAdd(TVector factor, in Tile2<TIsa, TVector> x, in Tile2<TIsa, TVector> tile) =>
        new(TIsa.MultiplyAdd(factor, x._a, tile._a), TIsa.MultiplyAdd(factor, x._b, tile._b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(float* target, TVector factor, in Tile2<TIsa, TVector> tile)
    {
        TIsa.Store(target, TIsa.MultiplyAdd(factor, tile._a, TIsa.Load(target)));
        TIsa.Store(target + TIsa.Count, TIsa.MultiplyAdd(factor, tile._b, TIsa.Load(target + TIsa.Count)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Dot(float* x, in Tile2<TIsa, TVector> tile) =>
        TIsa.Add(TIsa.Multiply(tile._a, TIsa.Load(x)), TIsa.Multiply(tile._b, TIsa.Load(x + TIsa.Count)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Dot(in Tile2<TIsa, TVector> x, in Tile2<TIsa, TVector> tile) =>
        TIsa.Add(TIsa.Multiply(tile._a, x._a), TIsa.Multiply(tile._b, x._b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2<TIsa, TVector> LoadHalves(float* words)
    {
        var loaded = TIsa.Load(words);
        return new(TIsa.LowHalf(loaded), loaded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(float* words, in Tile2<TIsa, TVector> tile) => TIsa.Store(words, TIsa.Halve(tile._a, tile._b));
}

/// <summary>Two tiles side by side: four or eight vectors.</summary>
internal readonly unsafe struct TilePair<TTile, TIsa, TVector>(TTile low, TTile high) : IVectorTile<TilePair<TTile, TIsa, TVector>, TVector>
    where TTile : struct, IVectorTile<TTile, TVector> where TIsa : struct, IVectorIsa<TVector> where TVector : struct
{
    private readonly TTile _low = low, _high = high;

    public static int Count => 2 * TTile.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TilePair<TTile, TIsa, TVector> Create(TVector vector) => new(TTile.Create(vector), TTile.Create(vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TilePair<TTile, TIsa, TVector> Load(float* source) => new(TTile.Load(source), TTile.Load(source + TTile.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, in TilePair<TTile, TIsa, TVector> tile)
    {
        TTile.Store(target, tile._low);
        TTile.Store(target + TTile.Count, tile._high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TilePair<TTile, TIsa, TVector> MultiplyAdd(TVector factor, float* x, in TilePair<TTile, TIsa, TVector> tile) =>
        new(TTile.MultiplyAdd(factor, x, tile._low), TTile.MultiplyAdd(factor, x + TTile.Count, tile._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TilePair<TTile, TIsa, TVector> MultiplyAdd(
        TVector factor, in TilePair<TTile, TIsa, TVector> x, in TilePair<TTile, TIsa, TVector> tile) =>
        new(TTile.MultiplyAdd(factor, x._low, tile._low), TTile.MultiplyAdd(factor, x._high, tile._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(float* target, TVector factor, in TilePair<TTile, TIsa, TVector> tile)
    {
        TTile.AddTo(target, factor, tile._low);
        TTile.AddTo(target + TTile.Count, factor, tile._high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Dot(float* x, in TilePair<TTile, TIsa, TVector> tile) =>
        TIsa.Add(TTile.Dot(x, tile._low), TTile.Dot(x + TTile.Count, tile._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Dot(in TilePair<TTile, TIsa, TVector> x, in TilePair<TTile, TIsa, TVector> tile) =>
        TIsa.Add(TTile.Dot(x._low, tile._low), TTile.Dot(x._high, tile._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TilePair<TTile, TIsa, TVector> LoadHalves(float* words) =>
        new(TTile.LoadHalves(words), TTile.LoadHalves(words + TTile.Count / 2));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(float* words, in TilePair<TTile, TIsa, TVector> tile)
    {
        TTile.StoreHalves(words, tile._low);
        TTile.StoreHalves(words + TTile.Count / 2, tile._high);
    }
}
