using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Recovery;

/// <summary>
/// What recovery found, as an ordinary network of rectifiers: neurons that do nothing are left out, the others numbered anew.
/// </summary>
/// <param name="Hidden">The input weights of each hidden layer, a block a neuron; with a bias its weight is the last of the block.</param>
/// <param name="Output">The output weights, a block of k for each neuron of the last hidden layer.</param>
/// <param name="HasBias">Whether every hidden layer has a constant input.</param>
internal sealed record RecoveredNetwork(IReadOnlyList<SparseVector> Hidden, SparseVector Output, bool HasBias)
{
    /// <summary>Weights, those of the output included.</summary>
    public long WeightCount => Hidden.Sum(layer => (long)layer.Count) + Output.Count;

    /// <summary>Weights of the hidden layers.</summary>
    public long HiddenWeightCount => Hidden.Sum(layer => (long)layer.Count);

    /// <summary>The hidden layer of fused weights w = u v of one output: u = sigma w, v = sigma for the sign sigma of each neuron.</summary>
    public static (SparseVector Hidden, SparseVector Output) Unfuse(SparseVector fused, Func<int, int> signOf)
    {
        ArgumentNullException.ThrowIfNull(fused);
        ArgumentNullException.ThrowIfNull(signOf);
        var rows = new Rows(fused.BlockLength);
        var outputs = new List<double>();
        for (var block = 0; block < fused.Neurons.Length; block++)
        {
            var sign = signOf(fused.Neurons[block]);
            if (rows.Add(fused, block, sign)) outputs.Add(sign);
        }
        return (rows.ToVector(), new(1, [.. Enumerable.Range(0, outputs.Count).Select(index => (long)index)], [.. outputs]));
    }

    /// <summary>Both layers without the neurons that have no weights in one of them.</summary>
    public static (SparseVector Hidden, SparseVector Output) Compact(SparseVector first, SparseVector second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var (rows, outputs) = (new Rows(first.BlockLength), new Rows(second.BlockLength));
        for (var block = 0; block < first.Neurons.Length; block++)
            if (second.FindNeuron(first.Neurons[block]) is >= 0 and var other && IsAny(first, block) && IsAny(second, other))
            {
                rows.Add(first, block, 1);
                outputs.Add(second, other, 1);
            }
        return (rows.ToVector(), outputs.ToVector());
    }

    /// <summary>The network with what <paramref name="spec"/> says of output, loss and so on; its layers are this one's.</summary>
    public Network ToNetwork(NetworkSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var bias = HasBias ? 1 : 0;
        int[] neurons = [.. Hidden.Select(layer => layer.Neurons.Length)];
        spec = spec with { LayerSizes = [Hidden[0].BlockLength - bias, .. neurons, Output.BlockLength], HiddenActivation = new(Kernels.ActivationKind.Relu) };
        const double Sparsest = 0.999999;
        var topologies = new List<Topology>();
        try
        {
            for (var layer = 0; layer < Hidden.Count; layer++)
                topologies.Add(TopologyOf(spec.LayerSizes[layer], neurons[layer], Entries(Hidden[layer], spec.LayerSizes[layer])));
            topologies.Add(TopologyOf(neurons[^1], Output.BlockLength, OutputEntries()));
            var possible = spec.Layout().PossibleConnections;
            var density = topologies.Sum(topology => (double)topology.ConnectionCount) / possible;
            spec = spec.WithSparsity(Math.Clamp(1 - density, 0, Sparsest));
            var parameters = ParameterSet.Zero(spec.Layout(), topologies);
            for (var layer = 0; layer < Hidden.Count; layer++)
            {
                Fill(parameters.Sparse[layer], Entries(Hidden[layer], spec.LayerSizes[layer]));
                if (!HasBias) continue;
                for (var neuron = 0; neuron < neurons[layer]; neuron++)
                    parameters.Dense[layer].Values[neuron] = (float)Hidden[layer][(long)neuron * Hidden[layer].BlockLength + spec.LayerSizes[layer]];
            }
            Fill(parameters.Sparse[^1], OutputEntries());
            return new(spec, parameters);
        }
        finally
        {
            foreach (var topology in topologies) topology.Dispose();
        }
    }

    /// <summary>What the network says of every sample, k numbers each.</summary>
    public double[] Predict(RecoveryData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var (outputs, predictions) = (Output.BlockLength, new double[(long)data.SampleCount * Output.BlockLength]);
        Parallel.For(0, data.SampleCount, sample =>
        {
            Dictionary<int, double>? before = null;
            for (var layer = 0; layer < Hidden.Count; layer++)
            {
                var (weights, active) = (Hidden[layer], new Dictionary<int, double>());
                for (var block = 0; block < weights.Neurons.Length; block++)
                {
                    double sum = 0;
                    for (var entry = weights.Starts[block]; entry < weights.Starts[block + 1]; entry++)
                        sum += weights.Values[entry] * Input(weights.Places[entry], before, weights.BlockLength);
                    if (sum > 0) active[weights.Neurons[block]] = sum;
                }
                before = active;
            }
            for (var entry = 0; entry < Output.Count; entry++)
                if (before!.TryGetValue((int)(Output.Indices[entry] / outputs), out var value))
                    predictions[(long)sample * outputs + Output.Places[entry]] += Output.Values[entry] * value;

            double Input(int place, Dictionary<int, double>? values, int length) => values is null ? data.Feature(sample, place)
                : HasBias && place == length - 1 ? 1 : values.GetValueOrDefault(place);
        });
        return predictions;
    }

    /// <summary>The squared error over all samples and outputs.</summary>
    public double SquaredError(RecoveryData data)
    {
        var predictions = Predict(data);
        double sum = 0;
        for (var index = 0; index < predictions.Length; index++)
        {
            var error = predictions[index] - data.Target(index / Output.BlockLength, index % Output.BlockLength);
            sum += error * error;
        }
        return sum;
    }

    /// <summary>Of one hidden layer and one output the weights w = u |v|, a block a neuron, and the sign of v for each neuron.</summary>
    public (SparseVector Weights, IReadOnlyDictionary<int, int> Signs) Fuse()
    {
        var (hidden, signs) = (Hidden[0], new Dictionary<int, int>());
        var values = hidden.Values.ToArray();
        for (var block = 0; block < hidden.Neurons.Length; block++)
        {
            var output = Output[hidden.Neurons[block]];
            signs[hidden.Neurons[block]] = Math.Sign(output);
            for (var entry = hidden.Starts[block]; entry < hidden.Starts[block + 1]; entry++) values[entry] *= Math.Abs(output);
        }
        return (hidden.With(values), signs);
    }

    private static bool IsAny(SparseVector vector, int block) =>
        vector.Values[vector.Starts[block]..vector.Starts[block + 1]].ContainsAnyExcept(0);

    // Row, column and value, in order; without biases.
    private static IEnumerable<(int Row, int Column, double Value)> Entries(SparseVector layer, int inputs)
    {
        for (var block = 0; block < layer.Neurons.Length; block++)
            for (var entry = layer.Starts[block]; entry < layer.Starts[block + 1]; entry++)
                if (layer.Places[entry] < inputs) yield return (layer.Neurons[block], layer.Places[entry], layer.Values[entry]);
    }

    private IEnumerable<(int Row, int Column, double Value)> OutputEntries() =>
        Enumerable.Range(0, Output.Count)
            .Select(entry => (Row: Output.Places[entry], Column: (int)(Output.Indices[entry] / Output.BlockLength), Value: Output.Values[entry]))
            .OrderBy(entry => entry.Row).ThenBy(entry => entry.Column);

    private static Topology TopologyOf(int inputs, int outputs, IEnumerable<(int Row, int Column, double Value)> entries)
    {
        var all = entries.ToList();
        var (starts, columns) = (new NativeBuffer<int>(outputs + 1L), new NativeBuffer<int>(all.Count));
        for (var entry = 0; entry < all.Count; entry++)
        {
            starts[all[entry].Row + 1]++;
            columns[entry] = all[entry].Column;
        }
        for (var row = 0; row < outputs; row++) starts[row + 1] += starts[row];
        return new(inputs, outputs, starts, columns);
    }

    private static void Fill(SparseBlock block, IEnumerable<(int Row, int Column, double Value)> entries)
    {
        var position = 0;
        foreach (var (_, _, value) in entries) block.Values[position++] = (float)value;
    }

    /// <summary>Blocks of neurons numbered from 0 on; entries that are 0 are left out.</summary>
    private sealed class Rows(int blockLength)
    {
        private readonly List<long> _indices = [];
        private readonly List<double> _values = [];
        private int _count;

        public bool Add(SparseVector vector, int block, double factor)
        {
            if (!IsAny(vector, block)) return false;
            for (var entry = vector.Starts[block]; entry < vector.Starts[block + 1]; entry++)
            {
                if (vector.Values[entry] == 0) continue;
                _indices.Add((long)_count * blockLength + vector.Places[entry]);
                _values.Add(vector.Values[entry] * factor);
            }
            _count++;
            return true;
        }

        public SparseVector ToVector() => new(blockLength, [.. _indices], [.. _values]);
    }
}
