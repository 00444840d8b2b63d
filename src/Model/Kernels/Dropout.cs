using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Kernels;

/// <summary>
/// Inverted dropout of one layer in one step (wasap specification, section 1): which activations are kept is a pure function of key, layer,
/// neuron and sample, so that neither threads nor the width of vectors matter. Sample b of neuron j takes half-word b mod 8 of the
/// Philox block with counter (b / 8, j, layer, 0).
/// </summary>
/// <param name="Key">Philox key of this step; the same key gives the same mask.</param>
/// <param name="Layer">Number of the layer, so that layers differ under one key.</param>
/// <param name="Threshold">Half-words below it drop their sample: the dropout rate times 2^16, rounded; 0 keeps everything.</param>
internal readonly record struct Dropout(ulong Key, uint Layer, uint Threshold)
{
    /// <summary>Keeps everything.</summary>
    public static Dropout None => default;

    /// <summary>Number of samples that one Philox block decides.</summary>
    public const int SamplesPerBlock = 8;

    private const int HalfWordValues = 1 << 16;

    /// <summary>Dropout at <paramref name="rate"/>, rounded to a multiple of 2^-16.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not in [0, 1).</exception>
    public static Dropout At(float rate, ulong key, int layer)
    {
        if (!(rate >= 0 && rate < 1)) throw new ArgumentOutOfRangeException(nameof(rate), rate, "a dropout rate is at least 0 and below 1");
        return new(key, (uint)layer, (uint)Math.Min(MathF.Round(rate * HalfWordValues), HalfWordValues - 1));
    }

    /// <summary>Whether anything is dropped.</summary>
    public bool IsActive => Threshold != 0;

    /// <summary>1 / probability of being kept: what kept activations are multiplied by, so that the expectation stays.</summary>
    public float Scale => HalfWordValues / (float)(HalfWordValues - Threshold);

    /// <summary>Bit k tells whether sample 8 * <paramref name="block"/> + k of <paramref name="neuron"/> is kept.</summary>
    public byte KeptBits(int neuron, int block)
    {
        var (x0, x1, x2, x3) = Philox.Block(Key, ((ulong)(uint)neuron << 32) | (uint)block, Layer);
        return (byte)(Pair(x0) | Pair(x1) << 2 | Pair(x2) << 4 | Pair(x3) << 6);
    }

    private int Pair(uint word) => ((word & 0xFFFF) >= Threshold ? 1 : 0) | (word >> 16 >= Threshold ? 2 : 0);
}
