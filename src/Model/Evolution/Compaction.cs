using ActorSparse.Model.Compute;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Evolution;

/// <summary>
/// Rewrites a network without the hidden neurons that do no work; the function it computes without dropout is the same to rounding (wasap
/// specification, section 4).
/// </summary>
/// <remarks>
/// Two kinds of neuron go. One without outgoing connections reaches nothing, and its incoming connections go with it. One without
/// incoming connections, or with such inputs only, puts out the constant f(bias): constant times weight is added to the biases that it
/// feeds, in double precision. Neurons that importance pruning took out have neither kind of connection. A hidden layer of which nothing
/// is left becomes one neuron without connections. Velocities stay with their connections, so that the result can be trained further.
/// </remarks>
public static class Compaction
{
    /// <summary>The compact network; <paramref name="network"/> is only read.</summary>
    public static Network Compact(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var sizes = network.Spec.LayerSizes;
        var isKept = sizes.Select(size => { var kept = new bool[size]; Array.Fill(kept, true); return kept; }).ToArray();
        var biases = FoldConstants(network, isKept);
        DropUnused(network, isKept);
        var spec = network.Spec with { LayerSizes = [.. isKept.Select(SizeOf)] };
        var layers = new SparseLayer[spec.LayerCount];
        for (var layer = 0; layer < layers.Length; layer++)
            layers[layer] = Rewrite(network.Layers[layer], isKept[layer], isKept[layer + 1], biases[layer]);
        return new Network(spec, layers);
    }

    // From the input on, because a neuron whose inputs are all constant is constant too. Returns the biases with constants folded in.
    private static double[][] FoldConstants(Network network, bool[][] isKept)
    {
        var biases = new double[network.Layers.Count][];
        for (var layer = 0; layer < network.Layers.Count; layer++)
        {
            var source = network.Layers[layer];
            var topology = source.Topology;
            biases[layer] = new double[topology.OutputCount];
            for (var row = 0; row < topology.OutputCount; row++)
            {
                double bias = source.Bias.Values[row];
                var isConstant = true;
                var columns = topology.Row(row);
                for (var index = 0; index < columns.Length; index++)
                {
                    if (isKept[layer][columns[index]]) isConstant = false;
                    else bias += source.Values[topology.RowStart(row) + index] * Output(network, layer, biases[layer - 1][columns[index]]);
                }
                biases[layer][row] = bias;
                if (isConstant && layer < network.Layers.Count - 1) isKept[layer + 1][row] = false;
            }
        }
        return biases;
    }

    // What a neuron of hidden layer number hiddenLayer, counted from 1, puts out at z.
    private static double Output(Network network, int hiddenLayer, double z)
    {
        var activation = network.Spec.HiddenActivation;
        return new NeuronFunction(activation.Kind, activation.NegativeSlope(hiddenLayer), Dropout.None).Evaluate((float)z);
    }

    // From the output back, because what only feeds unused neurons is unused too.
    private static void DropUnused(Network network, bool[][] isKept)
    {
        for (var layer = network.Layers.Count - 1; layer > 0; layer--)
        {
            var topology = network.Layers[layer].Topology;
            var isUsed = new bool[topology.InputCount];
            for (var row = 0; row < topology.OutputCount; row++)
            {
                if (!isKept[layer + 1][row]) continue;
                foreach (var column in topology.Row(row)) isUsed[column] = true;
            }
            for (var neuron = 0; neuron < isUsed.Length; neuron++) isKept[layer][neuron] &= isUsed[neuron];
        }
    }

    private static SparseLayer Rewrite(SparseLayer source, bool[] isInputKept, bool[] isOutputKept, double[] biases)
    {
        var newColumn = new int[isInputKept.Length];
        var inputCount = 0;
        for (var column = 0; column < newColumn.Length; column++) newColumn[column] = isInputKept[column] ? inputCount++ : -1;

        var rowStarts = new NativeBuffer<int>(SizeOf(isOutputKept) + 1L);
        var positions = new List<int>();
        var newRow = 0;
        for (var row = 0; row < isOutputKept.Length; row++)
        {
            if (!isOutputKept[row]) continue;
            var columns = source.Topology.Row(row);
            for (var index = 0; index < columns.Length; index++)
                if (isInputKept[columns[index]]) positions.Add(source.Topology.RowStart(row) + index);
            rowStarts[++newRow] = positions.Count;
        }
        return Copy(source, isOutputKept, biases, SizeOf(isInputKept), newColumn, rowStarts, positions);
    }

    private static int SizeOf(bool[] isKept) => Math.Max(1, isKept.Count(isNeuronKept => isNeuronKept));

    private static unsafe SparseLayer Copy(
        SparseLayer source, bool[] isOutputKept, double[] biases, int inputCount, int[] newColumn,
        NativeBuffer<int> rowStarts, List<int> positions)
    {
        var columns = new NativeBuffer<int>(positions.Count);
        for (var position = 0; position < positions.Count; position++)
            columns[position] = newColumn[source.Topology.Columns[positions[position]]];
        using var topology = new Topology(inputCount, (int)(rowStarts.Length - 1), rowStarts, columns);
        var layer = new SparseLayer(topology);
        if (source.SecondMoments is not null) layer.EnsureSecondMoments();
        for (var position = 0; position < positions.Count; position++)
        {
            layer.Values[position] = source.Values[positions[position]];
            layer.Velocities[position] = source.Velocities[positions[position]];
            if (source.SecondMoments is not null) layer.SecondMoments![position] = source.SecondMoments[positions[position]];
        }
        var newRow = 0;
        for (var row = 0; row < isOutputKept.Length; row++)
        {
            if (!isOutputKept[row]) continue;
            layer.Bias.Values[newRow] = (float)biases[row];
            if (source.Bias.SecondMoments is not null) layer.Bias.SecondMoments![newRow] = source.Bias.SecondMoments[row];
            layer.Bias.Velocities[newRow++] = source.Bias.Velocities[row];
        }
        return layer;
    }
}
