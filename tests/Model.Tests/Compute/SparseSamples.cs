using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Tests.Compute;

/// <summary>Random layers, networks and batches for tests, each a function of its seed.</summary>
internal static class SparseSamples
{
    /// <summary>Every position is a connection with probability <paramref name="density"/>; values and biases are normal.</summary>
    internal static (SparseBlock Weights, DenseBlock Biases) Layer(int inputs, int outputs, double density, RandomStream random)
    {
        var starts = new NativeBuffer<int>(outputs + 1);
        var columns = new List<int>();
        for (var row = 0; row < outputs; row++)
        {
            for (var column = 0; column < inputs; column++)
                if (random.NextDouble() < density) columns.Add(column);
            starts[row + 1] = columns.Count;
        }
        var indices = new NativeBuffer<int>(columns.Count);
        columns.ToArray().CopyTo(indices.Span);
        using var topology = new Topology(inputs, outputs, starts, indices);
        var (weights, biases) = (new SparseBlock(topology), new DenseBlock(outputs));
        Fill(weights.Values.Span, random, 1 / Math.Sqrt(Math.Max(1, density * inputs)));
        Fill(biases.Values.Span, random, 0.3);
        return (weights, biases);
    }

    internal static Network Network(NetworkSpec spec, double density, ulong seed)
    {
        var random = new RandomSource(seed).Stream("network");
        var sizes = spec.LayerSizes;
        var blocks = new List<ParameterBlock>();
        for (var layer = 0; layer < spec.LayerCount; layer++)
        {
            var (weights, biases) = Layer(sizes[layer], sizes[layer + 1], density, random);
            blocks.AddRange([weights, biases]);
        }
        return new(spec, new(spec.Layout(), blocks));
    }

    internal static void FillBatch(ActivationMatrix matrix, int batch, RandomStream random)
    {
        matrix.SetBatch(batch);
        for (var neuron = 0; neuron < matrix.Neurons; neuron++)
            for (var sample = 0; sample < batch; sample++) matrix[neuron, sample] = (float)random.NextGaussian();
    }

    internal static int[] Labels(int batch, int classes, RandomStream random) =>
        [.. Enumerable.Range(0, batch).Select(_ => random.NextInt32(classes))];

    internal static void Fill(Span<float> values, RandomStream random, double deviation)
    {
        foreach (ref var value in values) value = (float)(deviation * random.NextGaussian());
    }
}
