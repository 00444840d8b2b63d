using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
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
internal static class Compaction
{
    /// <summary>The compact network; <paramref name="network"/> is only read.</summary>
    public static Network Compact(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (!network.Spec.IsChain)
            throw new InvalidInputException("compaction leaves out neurons of layers: expected a chain of layers, not a graph");
        var sizes = network.Spec.LayerSizes;
        var isKept = sizes.Select(size => { var kept = new bool[size]; Array.Fill(kept, true); return kept; }).ToArray();
        var biases = FoldConstants(network, isKept);
        DropUnused(network, isKept);
        var spec = network.Spec with { LayerSizes = [.. isKept.Select(SizeOf)] };
        var blocks = new List<ParameterBlock>();
        for (var layer = 0; layer < spec.LayerCount; layer++)
        {
            blocks.Add(Rewrite(network.Parameters.Sparse[layer], isKept[layer], isKept[layer + 1]));
            blocks.Add(Rewrite(network.Parameters.Dense[layer], isKept[layer + 1], biases[layer]));
        }
        return new Network(spec, new(spec.Layout(), blocks));
    }

    // From the input on, because a neuron whose inputs are all constant is constant too. Returns the biases with constants folded in.
    private static double[][] FoldConstants(Network network, bool[][] isKept)
    {
        var biases = new double[network.Parameters.Sparse.Count][];
        for (var layer = 0; layer < network.Parameters.Sparse.Count; layer++)
        {
            var source = network.Parameters.Sparse[layer];
            var topology = source.Topology;
            biases[layer] = new double[topology.OutputCount];
            for (var row = 0; row < topology.OutputCount; row++)
            {
                double bias = network.Parameters.Dense[layer].Values[row];
                var isConstant = true;
                var columns = topology.Row(row);
                for (var index = 0; index < columns.Length; index++)
                {
                    if (isKept[layer][columns[index]]) isConstant = false;
                    else bias += source.Values[topology.RowStart(row) + index] * Output(network, layer, biases[layer - 1][columns[index]]);
                }
                biases[layer][row] = bias;
                if (isConstant && layer < network.Parameters.Sparse.Count - 1) isKept[layer + 1][row] = false;
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
        for (var layer = network.Parameters.Sparse.Count - 1; layer > 0; layer--)
        {
            var topology = network.Parameters.Sparse[layer].Topology;
            var isUsed = new bool[topology.InputCount];
            for (var row = 0; row < topology.OutputCount; row++)
            {
                if (!isKept[layer + 1][row]) continue;
                foreach (var column in topology.Row(row)) isUsed[column] = true;
            }
            for (var neuron = 0; neuron < isUsed.Length; neuron++) isKept[layer][neuron] &= isUsed[neuron];
        }
    }

    private static SparseBlock Rewrite(SparseBlock source, bool[] isInputKept, bool[] isOutputKept)
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
        return Copy(source, SizeOf(isInputKept), newColumn, rowStarts, positions);
    }

    private static int SizeOf(bool[] isKept) => Math.Max(1, isKept.Count(isNeuronKept => isNeuronKept));

    private static unsafe SparseBlock Copy(
        SparseBlock source, int inputCount, int[] newColumn, NativeBuffer<int> rowStarts, List<int> positions)
    {
        var columns = new NativeBuffer<int>(positions.Count);
        for (var position = 0; position < positions.Count; position++)
            columns[position] = newColumn[source.Topology.Columns[positions[position]]];
        using var topology = new Topology(inputCount, (int)(rowStarts.Length - 1), rowStarts, columns);
        var block = new SparseBlock(topology);
        if (source.SecondMoments is not null) block.EnsureSecondMoments();
        for (var position = 0; position < positions.Count; position++)
        {
            block.Values[position] = source.Values[positions[position]];
            block.Velocities[position] = source.Velocities[positions[position]];
            if (source.SecondMoments is not null) block.SecondMoments![position] = source.SecondMoments[positions[position]];
        }
        return block;
    }

    private static DenseBlock Rewrite(DenseBlock source, bool[] isKept, double[] biases)
    {
        var block = new DenseBlock(SizeOf(isKept));
        if (source.SecondMoments is not null) block.EnsureSecondMoments();
        var next = 0;
        for (var row = 0; row < isKept.Length; row++)
        {
            if (!isKept[row]) continue;
            block.Values[next] = (float)biases[row];
            if (source.SecondMoments is not null) block.SecondMoments![next] = source.SecondMoments[row];
            block.Velocities[next++] = source.Velocities[row];
        }
        return block;
    }
}
