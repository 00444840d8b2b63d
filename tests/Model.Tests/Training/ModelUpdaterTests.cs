using ActorSparse.Model.Compute;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Tests.Training;

public class ModelUpdaterTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Momentum_is_corrected_in_the_one_step_in_which_the_rate_changes(bool nesterov)
    {
        const double Momentum = 0.9, Decay = 0.001, Gradient = 0.3;
        using var compute = new NetworkCompute();
        using var network = Network.Create(new NetworkSpec { LayerSizes = [3, 2], Epsilon = 20 }, new RandomSource(1));
        using var gradients = new GradientSet(network.Parameters);
        gradients.Sparse[0].Span.Fill((float)Gradient);
        var options = new OptimizerOptions
        {
            LearningRate = 0.1, Momentum = Momentum, WeightDecay = Decay, Nesterov = nesterov,
            Schedule = LearningRateSchedule.Parse("step:1,2:0.5"),
        };
        var updater = new ModelUpdater(network.Parameters, compute, options, updatesPerEpoch: 2, epochs: 3);
        double weight = network.Parameters.Sparse[0].Values[0], velocity = 0, last = 0;
        foreach (var rate in new[] { 0.1, 0.1, 0.05, 0.05, 0.025, 0.025 })
        {
            updater.Apply(gradients);
            velocity = Momentum * (last > 0 ? rate / last : 1) * velocity - rate * Gradient;
            weight += (nesterov ? Momentum * velocity - rate * Gradient : velocity) - Decay * rate / 0.1 * weight;
            last = rate;
            Assert.Equal(weight, network.Parameters.Sparse[0].Values[0], 1e-5);
            Assert.Equal(velocity, network.Parameters.Sparse[0].Velocities[0], 1e-5);
            Assert.Equal(rate, updater.LastLearningRate, 1e-12);
        }
        Assert.Equal(6, updater.UpdateCount);
    }

    [Fact]
    public void AdamW_makes_up_for_the_start_of_its_means_at_0()
    {
        const double Rate = 0.1, Momentum = 0.8, Beta2 = 0.95, Decay = 0.01;
        using var compute = new NetworkCompute();
        using var network = Network.Create(new NetworkSpec { LayerSizes = [3, 2], Epsilon = 20 }, new RandomSource(1));
        using var gradients = new GradientSet(network.Parameters);
        var options = new OptimizerOptions { Kind = OptimizerKind.AdamW, LearningRate = Rate, Momentum = Momentum, Beta2 = Beta2, WeightDecay = Decay };
        var updater = new ModelUpdater(network.Parameters, compute, options, updatesPerEpoch: 2, epochs: 3);
        double weight = network.Parameters.Sparse[0].Values[0], mean = 0, square = 0;
        var update = 0;
        foreach (var gradient in new[] { 0.5, -2.0, 0.25, 3.0 })
        {
            gradients.Sparse[0].Span.Fill((float)gradient);
            updater.Apply(gradients);
            update++;
            mean = Momentum * mean + (1 - Momentum) * gradient;
            square = Beta2 * square + (1 - Beta2) * gradient * gradient;
            weight -= Rate * mean / (1 - Math.Pow(Momentum, update)) / Math.Sqrt(square / (1 - Math.Pow(Beta2, update))) + Decay * weight;
            Assert.Equal(weight, network.Parameters.Sparse[0].Values[0], 1e-5);
        }
    }

    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.AdamW)]
    public void A_gradient_is_scaled_down_to_the_norm_it_may_have(OptimizerKind kind)
    {
        // 6 connections and 2 biases of 4: a norm of 8 sqrt 2.
        var norm = 8 * Math.Sqrt(2);
        var options = new OptimizerOptions { Kind = kind, LearningRate = 0.1, ClipNorm = 2 };
        var clipped = Step(options, gradient: 4);
        Assert.Equal(Step(options with { ClipNorm = double.PositiveInfinity }, (float)(4 * 2 / norm)), clipped, 1e-6);
        Assert.Equal(Step(options with { ClipNorm = 2 * norm }, 4), Step(options with { ClipNorm = double.PositiveInfinity }, 4));
    }

    [Theory]
    [InlineData(OptimizerKind.Sgd, 1)]
    [InlineData(OptimizerKind.Sgd, 7)]
    [InlineData(OptimizerKind.AdamW, 1)]
    [InlineData(OptimizerKind.AdamW, 7)]
    public void Looking_ahead_is_to_make_steps_without_gradient(OptimizerKind kind, int steps)
    {
        using var compute = new NetworkCompute();
        using var network = Network.Create(new NetworkSpec { LayerSizes = [40, 30], Epsilon = 20 }, new RandomSource(1));
        using var gradients = new GradientSet(network.Parameters);
        // Squares that do not fade: what is looked ahead along is the mean alone.
        var options = new OptimizerOptions { Kind = kind, LearningRate = 0.1, Momentum = 0.8, Beta2 = 0.5, WeightDecay = 0 };
        var updater = new ModelUpdater(network.Parameters, compute, options, updatesPerEpoch: 100, epochs: 1);
        var random = new RandomSource(2).Stream("gradients");
        foreach (ref var gradient in gradients.Sparse[0].Span) gradient = random.NextSingle() + 0.1f;
        updater.Apply(gradients);
        using var replica = network.Clone();
        using var before = network.Clone();

        updater.LookAhead(replica.Parameters, steps);

        TestData.AssertSameParameters(before, network);
        var layer = network.Parameters.Sparse[0];
        for (var position = 0; position < layer.Values.Length; position++)
        {
            double velocity = kind == OptimizerKind.Sgd ? layer.Velocities[position]
                : -0.1 / (1 - 0.8) * layer.Velocities[position] / Math.Sqrt(layer.SecondMoments![position] / (1 - 0.5));
            var expected = (double)layer.Values[position];
            for (var step = 1; step <= steps; step++) expected += Math.Pow(0.8, step) * velocity;
            Assert.Equal(expected, replica.Parameters.Sparse[0].Values[position], 1e-5);
        }
    }

    [Fact]
    public void Nobody_looks_ahead_of_the_first_update_or_by_no_steps()
    {
        using var compute = new NetworkCompute();
        using var network = Network.Create(new NetworkSpec { LayerSizes = [3, 2], Epsilon = 20 }, new RandomSource(1));
        using var replica = network.Clone();
        using var gradients = new GradientSet(network.Parameters);
        gradients.Sparse[0].Span.Fill(1);
        var updater = new ModelUpdater(network.Parameters, compute, new() { Kind = OptimizerKind.AdamW }, updatesPerEpoch: 2, epochs: 3);
        updater.LookAhead(replica.Parameters, 5);
        TestData.AssertSameParameters(network, replica);
        updater.Apply(gradients);
        replica.CopyFrom(network);
        updater.LookAhead(replica.Parameters, 0);
        TestData.AssertSameParameters(network, replica);
    }

    private static float Step(OptimizerOptions options, float gradient)
    {
        using var compute = new NetworkCompute();
        using var network = Network.Create(new NetworkSpec { LayerSizes = [3, 2], Epsilon = 20 }, new RandomSource(1));
        using var gradients = new GradientSet(network.Parameters);
        gradients.Sparse[0].Span.Fill(gradient);
        gradients.Dense[0].Span.Fill(gradient);
        new ModelUpdater(network.Parameters, compute, options, updatesPerEpoch: 2, epochs: 3).Apply(gradients);
        return network.Parameters.Sparse[0].Values[0];
    }
}
