using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Recovery;

/// <summary>
/// A sparse network of rectifiers whose weights are to be recovered from samples of it: every matrix has the same number of weights other
/// than 0, at places drawn uniformly, drawn from N(0, 1). With one output the last rectifiers are added up, so that the output weights are
/// 1, or every other one -1; with several there is an output matrix (MLP-IHT, arXiv 2509.20323, planted experiments).
/// </summary>
internal sealed class PlantedNetwork
{
    private PlantedNetwork(int inputs, SparseVector[] hidden, SparseVector? output, bool hasSigns) =>
        (InputCount, Hidden, Output, HasSigns) = (inputs, hidden, output, hasSigns);

    /// <summary>Inputs, d.</summary>
    public int InputCount { get; }

    /// <summary>The weights of each hidden layer, a block a neuron.</summary>
    public IReadOnlyList<SparseVector> Hidden { get; }

    /// <summary>The output weights, a block of k a neuron; null with one output.</summary>
    public SparseVector? Output { get; }

    /// <summary>Whether every other output weight is -1.</summary>
    public bool HasSigns { get; }

    /// <summary>The output weight of a neuron where there is one output.</summary>
    public int SignOf(int neuron) => HasSigns && (neuron & 1) == 1 ? -1 : 1;

    /// <summary>Draws a network, which depends on the seed and the sizes alone.</summary>
    /// <param name="inputs">Inputs, d.</param>
    /// <param name="neurons">Neurons of a hidden layer, m.</param>
    /// <param name="budget">Weights of all matrices together, s.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="layers">Hidden layers.</param>
    /// <param name="outputs">Outputs, k.</param>
    /// <param name="hasSigns">Whether every other output weight is -1, with one output.</param>
    /// <exception cref="InvalidInputException">The weights do not fit into the matrices.</exception>
    public static PlantedNetwork Draw(int inputs, int neurons, int budget, ulong seed, int layers = 1, int outputs = 1, bool hasSigns = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(neurons);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(layers);
        var each = budget / (layers + (outputs > 1 ? 1 : 0));
        if (each < 1) throw new InvalidInputException($"{budget} weights: expected at least one for each of the matrices");
        var random = new RandomSource(seed);
        var hidden = new SparseVector[layers];
        for (var layer = 0; layer < layers; layer++)
            hidden[layer] = Draw(layer == 0 ? inputs : neurons, neurons, each, random.Stream("planted-weights", layer));
        return new(inputs, hidden, outputs > 1 ? Draw(outputs, neurons, each, random.Stream("planted-weights", layers)) : null,
            hasSigns && outputs == 1);
    }

    /// <summary>Samples with inputs from N(0, 1), in single precision, and the network's outputs, in double.</summary>
    public RecoveryData Sample(int count, ulong seed, int chunkTiles = 0)
    {
        var random = new RandomSource(seed);
        var data = new RecoveryData(count, InputCount, Output?.BlockLength ?? 1, chunkTiles);
        Parallel.For(0, count, sample =>
        {
            var stream = random.Stream("planted-inputs", sample);
            var values = new double[InputCount];
            for (var input = 0; input < InputCount; input++)
                values[input] = data.Feature(sample, input) = (float)stream.NextGaussian();
            Compute(values, data, sample);
        });
        return data;
    }

    private void Compute(double[] values, RecoveryData data, int sample)
    {
        Dictionary<int, double> active = [];
        for (var layer = 0; layer < Hidden.Count; layer++)
        {
            var (weights, before) = (Hidden[layer], active);
            active = [];
            for (var block = 0; block < weights.Neurons.Length; block++)
            {
                double sum = 0;
                for (var entry = weights.Starts[block]; entry < weights.Starts[block + 1]; entry++)
                    sum += weights.Values[entry] * (layer == 0 ? values[weights.Places[entry]] : before.GetValueOrDefault(weights.Places[entry]));
                if (sum > 0) active[weights.Neurons[block]] = sum;
            }
        }
        if (Output is null)
        {
            data.Target(sample) = active.Sum(neuron => SignOf(neuron.Key) * neuron.Value);
            return;
        }
        for (var block = 0; block < Output.Neurons.Length; block++)
            if (active.TryGetValue(Output.Neurons[block], out var value))
                for (var entry = Output.Starts[block]; entry < Output.Starts[block + 1]; entry++)
                    data.Target(sample, Output.Places[entry]) += Output.Values[entry] * value;
    }

    private static SparseVector Draw(int blockLength, int neurons, int count, RandomStream stream)
    {
        var length = (long)blockLength * neurons;
        if (count > length) throw new InvalidInputException($"{count} weights in a matrix of {neurons} x {blockLength}: expected at most {length}");
        var chosen = new SortedSet<long>();
        while (chosen.Count < count) chosen.Add(stream.NextInt64(length));
        var values = new double[count];
        // N(0, 1) is never exactly 0 here: a cosine of a double is not.
        for (var entry = 0; entry < count; entry++) values[entry] = stream.NextGaussian();
        return new(blockLength, [.. chosen], values);
    }
}
