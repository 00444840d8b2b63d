using ActorSparse.Model.Compute;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
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
        using var gradients = new Gradients(network);
        gradients.Values[0].Span.Fill((float)Gradient);
        var options = new SgdOptions
        {
            LearningRate = 0.1, Momentum = Momentum, WeightDecay = Decay, Nesterov = nesterov,
            Schedule = LearningRateSchedule.Parse("step:1,2:0.5"),
        };
        var updater = new ModelUpdater(network, compute, options, updatesPerEpoch: 2, epochs: 3);
        double weight = network.Layers[0].Values[0], velocity = 0, last = 0;
        foreach (var rate in new[] { 0.1, 0.1, 0.05, 0.05, 0.025, 0.025 })
        {
            updater.Apply(gradients);
            velocity = Momentum * (last > 0 ? rate / last : 1) * velocity - rate * Gradient;
            weight += (nesterov ? Momentum * velocity - rate * Gradient : velocity) - Decay * weight;
            last = rate;
            Assert.Equal(weight, network.Layers[0].Values[0], 1e-5);
            Assert.Equal(velocity, network.Layers[0].Velocities[0], 1e-5);
            Assert.Equal(rate, updater.LastLearningRate, 1e-12);
        }
        Assert.Equal(6, updater.UpdateCount);
    }
}
