using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Tests.Training;

/// <summary>Small data sets and set-ups for training tests.</summary>
internal static class TestData
{
    public static NetworkSpec Spec { get; } = new() { LayerSizes = [12, 30, 20, 3], Epsilon = 4 };

    public static TrainingOptions Options { get; } = new()
    {
        Epochs = 4,
        BatchSize = 16,
        Dropout = 0.2,
        Optimizer = new OptimizerOptions { LearningRate = 0.02, Schedule = LearningRateSchedule.Parse("warmup:1+step:2:0.5") },
    };

    /// <summary>Normal clusters, one around each class's random centre: what a linear rule can tell apart, almost.</summary>
    public static DenseDataset Clusters(int samples, ulong seed, int features = 12, int classes = 3, double spread = 1.0)
    {
        var centres = new RandomSource(99).Stream("centres");
        var means = Enumerable.Range(0, classes * features).Select(_ => centres.NextGaussian()).ToArray();
        var random = new RandomSource(seed).Stream("samples");
        var values = new NativeBuffer<float>((long)samples * features);
        var labels = new int[samples];
        for (var sample = 0; sample < samples; sample++)
        {
            labels[sample] = random.NextInt32(classes);
            for (var feature = 0; feature < features; feature++)
                values[(long)sample * features + feature] =
                    (float)(means[labels[sample] * features + feature] + spread * random.NextGaussian());
        }
        return new DenseDataset("clusters", values, features, labels, classes);
    }

    /// <summary>Trains sequentially, as <see cref="Options"/> say.</summary>
    public static void Train(Network network, Dataset data, NetworkCompute compute, ulong seed)
    {
        using var trainer = new SequentialTrainer(network, data, null, Options, compute, new TrainingState { Seed = seed });
        trainer.Run();
    }

    public static void AssertSameParameters(Network expected, Network actual)
    {
        for (var layer = 0; layer < expected.Parameters.Sparse.Count; layer++)
        {
            var (left, right) = (expected.Parameters.Sparse[layer], actual.Parameters.Sparse[layer]);
            Assert.Equal(left.Topology.Id, right.Topology.Id);
            Assert.True(left.Values.Span.SequenceEqual(right.Values.Span), $"values of layer {layer}");
            Assert.True(left.Velocities.Span.SequenceEqual(right.Velocities.Span), $"velocities of layer {layer}");
            var (leftBiases, rightBiases) = (expected.Parameters.Dense[layer], actual.Parameters.Dense[layer]);
            Assert.True(leftBiases.Values.Span.SequenceEqual(rightBiases.Values.Span), $"biases of layer {layer}");
            Assert.True(leftBiases.Velocities.Span.SequenceEqual(rightBiases.Velocities.Span), $"bias velocities of layer {layer}");
            AssertSame(left.SecondMoments, right.SecondMoments);
            AssertSame(leftBiases.SecondMoments, rightBiases.SecondMoments);
        }
        Assert.Equal(expected.LivingNeuronCounts(), actual.LivingNeuronCounts());
    }

    private static void AssertSame(NativeBuffer<float>? expected, NativeBuffer<float>? actual) =>
        Assert.Equal(expected?.Span.ToArray(), actual?.Span.ToArray());
}
