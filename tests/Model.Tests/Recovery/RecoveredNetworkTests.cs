using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Recovery;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Tests.Recovery;

public class RecoveredNetworkTests
{
    [Theory]
    [InlineData(1, false, false)]
    [InlineData(1, true, true)]
    [InlineData(2, true, false)]
    public void The_ordinary_network_computes_what_was_recovered(int layers, bool hasSigns, bool hasBias)
    {
        using var samples = Samples(700, 6, target => target is > 0.5 ? 2 - target : target);
        using var data = RecoveryData.Of(samples, hasBias);
        var recovery = new GreedyRecovery(layers, new() { Neurons = 12, Budget = 40, Steps = 8, HasSigns = hasSigns },
            new() { Neurons = 12, Budget = 40 }, hasBias);
        double loss = 0;
        var found = recovery.Run(data, (inputs, _, steps) =>
        {
            using var sums = new SampleSums(inputs);
            steps.Run(sums);
            loss = ((ScalarIht)steps).Losses[^1];
        });
        Assert.Equal(layers, found.Hidden.Count);
        Assert.True(found.HiddenWeightCount <= 40);
        using var network = found.ToNetwork(new() { OutputActivation = new(ActivationKind.Identity), Loss = LossKind.MeanSquaredError });
        Assert.Equal(found.WeightCount - (hasBias ? BiasCount(network) : 0), network.ConnectionCount);
        Assert.Equal(loss, SquaredError(network, samples), 1e-3 * loss + 1e-6);
        if (hasSigns) Assert.Contains(-1f, network.Parameters.Sparse[^1].Values.Span.ToArray());
    }

    [Fact]
    public void Several_outputs_make_an_ordinary_network_too()
    {
        var random = new RandomSource(3).Stream("test");
        using var values = new NativeBuffer<float>(600 * 5);
        var labels = new int[600];
        for (var sample = 0; sample < 600; sample++)
        {
            for (var feature = 0; feature < 5; feature++) values[sample * 5 + feature] = (float)random.NextGaussian();
            labels[sample] = values[sample * 5] > 0 ? 2 : values[sample * 5 + 1] > 0 ? 1 : 0;
        }
        using var samples = DenseDataset.CopyOf("samples", values.Span, 5, new ClassTargets(labels, 3));
        using var data = RecoveryData.Of(samples, withBias: true);
        var recovery = new GreedyRecovery(1, new() { Neurons = 20, Budget = 40 },
            new() { Neurons = 20, Budget = 40, Steps = 80, IsCrossEntropy = true }, HasBias: true);
        double loss = 0;
        var found = recovery.Run(data, (inputs, _, steps) =>
        {
            using var sums = new SampleSums(inputs);
            steps.Run(sums);
            loss = ((VectorIht)steps).Losses.Min();
        });
        using var network = found.ToNetwork(new());
        using var compute = new NetworkCompute();
        using var workspace = new Workspace(network.Spec, 100);
        var evaluation = Evaluator.Evaluate(compute, network, samples, workspace);
        Assert.Equal(loss, evaluation.MeanLoss, 1e-4);
        Assert.True(evaluation.Score > 0.9, $"{evaluation.Score}");
    }

    [Fact]
    public void Fixed_gates_have_no_ordinary_network()
    {
        using var data = SmallProblem.Data(1, 2, 3, 4, 5, 6, 7, 8);
        var recovery = new GreedyRecovery(1, SmallProblem.Reference(2, 2, 2, fixedGates: true), new() { Neurons = 2, Budget = 2 }, false);
        var error = Assert.Throws<InvalidInputException>(() => recovery.Run(data, (_, _, _) => Assert.Fail("it ran")));
        Assert.Contains("fixed gates", error.Message);
    }

    private static int BiasCount(Network network) =>
        network.Parameters.Dense.Sum(block => block.Values.Span.ToArray().Count(value => value != 0));

    private static double SquaredError(Network network, Dataset samples)
    {
        using var compute = new NetworkCompute();
        using var workspace = new Workspace(network.Spec, 100);
        return 2 * samples.SampleCount * Evaluator.Evaluate(compute, network, samples, workspace).MeanLoss;
    }

    private static DenseDataset Samples(int count, int features, Func<double, double> shape)
    {
        var random = new RandomSource(3).Stream("test");
        var (values, targets) = (new float[count * features], new float[count]);
        for (var sample = 0; sample < count; sample++)
        {
            for (var feature = 0; feature < features; feature++) values[sample * features + feature] = (float)random.NextGaussian();
            targets[sample] = (float)shape(values[sample * features] - 0.5 * values[sample * features + 1]);
        }
        return DenseDataset.CopyOf("samples", values, features, new RealTargets(targets, 1));
    }
}
