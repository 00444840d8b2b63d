using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Recovery;

/// <summary>
/// Which samples every neuron is on for: those whose product with the neuron's generator h is above 0, so that a generator of zeros is
/// never on. Generators are drawn from N(0, I), a pure function of seed, neuron and feature and never stored, or they are a vector.
/// </summary>
internal sealed class Gates
{
    private Gates(ulong? seed, SparseVector? generators) => (Seed, Generators) = (seed, generators);

    /// <summary>The seed of generators that are drawn; null if they are a vector.</summary>
    public ulong? Seed { get; }

    /// <summary>The generators, a block a neuron; null if they are drawn.</summary>
    public SparseVector? Generators { get; }

    /// <summary>Gates of generators that are drawn.</summary>
    public static Gates Random(ulong seed) => new(seed, null);

    /// <summary>Gates of these generators.</summary>
    public static Gates Of(SparseVector generators) => new(null, generators);

    /// <summary>
    /// Gates of the weights themselves, which make gated neurons rectifiers: h_j = sigma_j w_j for signs sigma, which are 1 if none are
    /// given.
    /// </summary>
    public static Gates OfWeights(SparseVector weights, Func<int, int>? signOf = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (signOf is null) return new(null, weights);
        var values = weights.Values.ToArray();
        for (var place = 0; place < weights.Neurons.Length; place++)
        {
            var sign = signOf(weights.Neurons[place]);
            for (var entry = weights.Starts[place]; entry < weights.Starts[place + 1]; entry++) values[entry] *= sign;
        }
        return new(null, weights.With(values));
    }

    /// <summary>Whether <paramref name="other"/> are the same gates.</summary>
    public bool IsSame(Gates? other) =>
        ReferenceEquals(this, other) || other is not null && Seed == other.Seed
        && (Generators is null ? other.Generators is null : other.Generators is not null && Generators.IsSame(other.Generators));

    /// <summary>
    /// For every neuron with weights the sign, 1 or -1, of their product with its generator: times it, they point to the side on which these
    /// gates are open.
    /// </summary>
    public Dictionary<int, int> Signs(SparseVector weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var signs = new Dictionary<int, int>(weights.Neurons.Length);
        var generator = new float[weights.BlockLength];
        for (var block = 0; block < weights.Neurons.Length; block++)
        {
            var neuron = weights.Neurons[block];
            if (Seed is not null) Draw(neuron, generator.Length, generator, 1);
            double product = 0;
            for (var entry = weights.Starts[block]; entry < weights.Starts[block + 1]; entry++)
                product += weights.Values[entry] * (Generators?[weights.Indices[entry]] ?? generator[weights.Places[entry]]);
            signs[neuron] = product < 0 ? -1 : 1;
        }
        return signs;
    }

    /// <summary>Draws the generator of a neuron into every <paramref name="step"/>-th number of <paramref name="target"/>.</summary>
    public void Draw(int neuron, int featureCount, Span<float> target, int step)
    {
        var stream = new RandomSource(Seed!.Value).Stream("recovery-gates", neuron);
        for (var feature = 0; feature < featureCount; feature++) target[feature * step] = (float)stream.NextGaussian();
    }
}
