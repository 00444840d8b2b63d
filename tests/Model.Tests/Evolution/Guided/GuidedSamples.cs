using ActorSparse.Model.Compute;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Tests.Sparse;
using MathNet.Numerics.LinearAlgebra;

namespace ActorSparse.Model.Tests.Evolution.Guided;

/// <summary>The worked example of the gse specification, section 6.1, and small random layers with evidence.</summary>
internal static class GuidedSamples
{
    /// <summary>Inputs a0, a1, a2, unit x sample.</summary>
    public static float[][] Activations { get; } = [[1, 0], [2, -1], [0, 3]];

    /// <summary>Outputs b0, b1, unit x sample.</summary>
    public static float[][] Deltas { get; } = [[1, 2], [-1, 1]];

    public static ActivationMatrix Matrix(float[][] rows)
    {
        var matrix = new ActivationMatrix(rows.Length, rows[0].Length);
        for (var row = 0; row < rows.Length; row++) rows[row].CopyTo(matrix.Row(row));
        return matrix;
    }

    public static float[][] Random(int neurons, int samples, RandomStream random) =>
        [.. Enumerable.Range(0, neurons).Select(_ => Enumerable.Range(0, samples).Select(_ => (float)random.NextGaussian()).ToArray())];

    /// <summary>G[b, a], dense, in double.</summary>
    public static double[][] Gradients(float[][] activations, float[][] deltas) =>
        (Oracle(deltas) * Oracle(activations).Transpose()).ToRowArrays();

    private static Matrix<double> Oracle(float[][] rows) =>
        Matrix<double>.Build.Dense(rows.Length, rows[0].Length, (row, column) => rows[row][column]);

    /// <summary>A workspace whose only layer has seen these activations and deltas.</summary>
    public static Workspace Workspace(float[][] activations, float[][] deltas)
    {
        var workspace = new Workspace(new NetworkSpec { LayerSizes = [activations.Length, deltas.Length] }, activations[0].Length);
        for (var neuron = 0; neuron < activations.Length; neuron++) activations[neuron].CopyTo(workspace.Activations[0].Row(neuron));
        for (var neuron = 0; neuron < deltas.Length; neuron++) deltas[neuron].CopyTo(workspace.Delta(0).Row(neuron));
        return workspace;
    }

    /// <summary>A layer of the given density and few distinct values, so that ties are common; velocities are random.</summary>
    public static SparseBlock Layer(int inputs, int outputs, double density, RandomStream random)
    {
        var rows = Enumerable.Range(0, outputs)
            .Select(_ => Enumerable.Range(0, inputs).Where(_ => random.NextDouble() < density).ToArray()).ToArray();
        using var topology = TestTopologies.FromRows(inputs, rows);
        var layer = new SparseBlock(topology);
        for (var position = 0; position < topology.ConnectionCount; position++)
        {
            layer.Values[position] = random.NextInt32(3) == 0 ? (random.NextInt32(9) - 4) / 4f : (float)random.NextGaussian();
            layer.Velocities[position] = (float)random.NextGaussian();
        }
        return layer;
    }

    public static BlockSnapshot Snapshot(
        SparseBlock layer, ulong seed, int index = 0, LivingNeurons? inputs = null, LivingNeurons? outputs = null) => new()
    {
        BlockIndex = index,
        Topology = layer.Topology,
        Values = layer.Values,
        LivingInputs = inputs,
        LivingOutputs = outputs,
        Initializer = Initializer.HeUniform,
        Random = new RandomSource(seed).Stream("evolve", index),
    };

    /// <summary>All places of a layer that hold no connection, with these gradients.</summary>
    public static Candidates Candidates(Topology topology, double[][] gradients, IEnumerable<long>? positions = null)
    {
        var chosen = (positions ?? Absent(topology)).Order().ToArray();
        var candidates = new Candidates(
            ActorSparse.Model.Evolution.Guided.Candidates.TopologyOf(topology, chosen), default);
        for (var index = 0; index < chosen.Length; index++)
            candidates.Gradients[index] = (float)gradients[chosen[index] / topology.InputCount][chosen[index] % topology.InputCount];
        return candidates;
    }

    public static IEnumerable<long> Absent(Topology topology) =>
        Enumerable.Range(0, topology.InputCount * topology.OutputCount).Select(position => (long)position).Except(TestTopologies.Positions(topology));

    public static unsafe int[] Sources(TopologyChange change) =>
        [.. new ReadOnlySpan<int>(change.Sources, change.To.ConnectionCount)];

    /// <summary>Positions that the change grew.</summary>
    public static List<long> Grown(TopologyChange change)
    {
        var sources = Sources(change);
        return [.. TestTopologies.Positions(change.To).Where((_, index) => sources[index] < 0)];
    }

    /// <summary>Indices, in the old topology, of the connections that the change removed.</summary>
    public static List<int> Pruned(TopologyChange change) => [.. Enumerable.Range(0, change.FromConnectionCount).Except(Sources(change))];
}
