using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Kernels;

/// <summary>
/// Inverted dropout of one layer in one step (wasap specification, section 1): which activations are kept is a pure function of key, layer,
/// neuron and sample, so that neither threads nor the width of vectors matter. Sample b of neuron j takes byte b mod 16 of the Philox block
/// with counter (b / 16, j, layer, 0).
/// </summary>
/// <param name="Key">Philox key of this step; the same key gives the same mask.</param>
/// <param name="Layer">Number of the layer, so that layers differ under one key.</param>
/// <param name="Threshold">Bytes below it drop their sample: the dropout rate times 256, rounded; 0 keeps everything.</param>
internal readonly record struct Dropout(ulong Key, uint Layer, uint Threshold)
{
    /// <summary>Keeps everything.</summary>
    public static Dropout None => default;

    /// <summary>Number of samples that one Philox block decides.</summary>
    public const int SamplesPerBlock = 16;

    private const int ByteValues = 256;

    /// <summary>
    /// Dropout at <paramref name="rate"/>, rounded to a multiple of 1/256, but not to none or all. What is kept is scaled by the rounded rate,
    /// so that the expectation stays exact.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not in [0, 1).</exception>
    public static Dropout At(float rate, ulong key, int layer)
    {
        if (!(rate >= 0 && rate < 1)) throw new ArgumentOutOfRangeException(nameof(rate), rate, "a dropout rate is at least 0 and below 1");
        return new(key, (uint)layer, rate == 0 ? 0 : (uint)Math.Clamp(MathF.Round(rate * ByteValues), 1, ByteValues - 1));
    }

    /// <summary>Whether anything is dropped.</summary>
    public bool IsActive => Threshold != 0;

    /// <summary>1 / probability of being kept: what kept activations are multiplied by, so that the expectation stays.</summary>
    public float Scale => ByteValues / (float)(ByteValues - Threshold);

    /// <summary>Bit k tells whether sample 16 * <paramref name="block"/> + k of <paramref name="neuron"/> is kept.</summary>
    public ushort KeptBits(int neuron, int block)
    {
        var (x0, x1, x2, x3) = Philox.Block(Key, ((ulong)(uint)neuron << 32) | (uint)block, Layer);
        return (ushort)(Four(x0) | Four(x1) << 4 | Four(x2) << 8 | Four(x3) << 12);
    }

    /// <summary>Bit k tells whether sample 8 * <paramref name="index"/> + k of <paramref name="neuron"/> is kept.</summary>
    public byte KeptByte(int neuron, int index) => (byte)(KeptBits(neuron, index / 2) >> (8 * (index % 2)));

    private int Four(uint word)
    {
        var bits = 0;
        for (var index = 0; index < 4; index++)
            if ((byte)(word >> (8 * index)) >= Threshold) bits |= 1 << index;
        return bits;
    }
}
