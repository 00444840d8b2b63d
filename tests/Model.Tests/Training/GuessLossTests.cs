using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Tests.Training;

/// <summary>Against networks that say the same of every sample, because all their weights are 0.</summary>
public sealed class GuessLossTests : IDisposable
{
    private readonly NetworkCompute _compute = new();

    public void Dispose() => _compute.Dispose();

    [Theory]
    [InlineData(LossKind.CrossEntropy, ActivationKind.Softmax, 3)]
    [InlineData(LossKind.CrossEntropy, ActivationKind.Sigmoid, 3)]
    [InlineData(LossKind.CrossEntropy, ActivationKind.Sigmoid, 1)]
    [InlineData(LossKind.MeanSquaredError, ActivationKind.Softmax, 3)]
    [InlineData(LossKind.MeanSquaredError, ActivationKind.Sigmoid, 3)]
    [InlineData(LossKind.MeanSquaredError, ActivationKind.Sigmoid, 1)]
    public void It_is_what_the_loss_of_such_a_network_is(LossKind loss, ActivationKind output, int outputs)
    {
        var spec = new NetworkSpec { LayerSizes = [12, 5, outputs], OutputActivation = new(output), Loss = loss };
        using var data = TestData.Clusters(90, seed: 4, classes: spec.ClassCount);
        foreach (var weights in (float[][])[[], [.. new[] { 2, 0.25f, 1.5f }.Take(spec.ClassCount)]])
        {
            var guess = GuessLoss.Of(spec, data, weights);
            Assert.Equal(guess.Alike, LossOf(spec, data, weights, share => 0), 1e-5);
            Assert.Equal(guess.Best, LossOf(spec, data, weights, output == ActivationKind.Softmax
                ? Math.Log
                : share => Math.Log(share / (1 - share))), 1e-5);
            foreach (var other in (double[])[-0.3, 0.1])
                Assert.True(guess.Best <= LossOf(spec, data, weights, share => other * share) + 1e-6);
        }
    }

    [Fact]
    public void With_softmax_and_cross_entropy_all_alike_is_the_logarithm_of_the_number_of_classes_and_one_class_needs_no_guess()
    {
        using var data = TestData.Clusters(90, seed: 4, classes: 3);
        Assert.Equal(Math.Log(3), GuessLoss.Of(TestData.Spec, data, []).Alike, 1e-12);
        data.Labels.AsSpan().Fill(1);
        Assert.Equal(0, GuessLoss.Of(TestData.Spec, data, []).Best, 1e-12);
        Assert.Equal(1, GuessLoss.Of(TestData.Spec, data, []).Score);
        Assert.Equal(0, GuessLoss.Of(TestData.Spec, data, [1, 0, 1]).Best, 1e-12);
    }

    [Fact]
    public void Balanced_classes_make_all_alike_the_best_guess()
    {
        using var data = TestData.Clusters(90, seed: 4, classes: 3);
        var guess = GuessLoss.Of(TestData.Spec, data, ClassWeights.Balanced.For(data, 3));
        Assert.Equal(Math.Log(3), guess.Best, 1e-6);
        Assert.Equal(guess.Alike, guess.Best, 1e-6);
    }

    // The mean loss when the biases of the output layer are a function of the classes' shares of the weight.
    private double LossOf(NetworkSpec spec, Dataset data, float[] weights, Func<double, double> bias)
    {
        using var network = Network.Create(spec, new RandomSource(1));
        using var workspace = new Workspace(spec, data.SampleCount);
        foreach (var layer in network.Parameters.Sparse) layer.Values.Span.Clear();
        var shares = new double[spec.ClassCount];
        foreach (var label in data.Labels) shares[label] += weights.Length == 0 ? 1 : weights[label];
        var total = shares.Sum();
        for (var output = 0; output < spec.LayerSizes[^1]; output++)
            network.Parameters.Dense[^1].Values[output] = (float)bias(shares[spec.LayerSizes[^1] == 1 ? 1 : output] / total);
        data.FillBatch([.. Enumerable.Range(0, data.SampleCount)], workspace.Input);
        _compute.Forward(network, workspace);
        return NetworkCompute.Loss(network, workspace, data.Labels, weights);
    }
}
