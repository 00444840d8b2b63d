using ActorSparse.Model.Numerics;
using ActorSparse.Model.Recovery;
using ActorSparse.Model.Recovery.Baseline;

namespace ActorSparse.Model.Tests.Recovery;

public class ImpTests
{
    [Theory]
    [InlineData(12, 1, "11 10 9 8 7 6 5 5 4 3 2 2 1")]
    [InlineData(100, 5, "90 81 73 66 59 53 48 43 39 35 32 29 26 23 21 19 17 15 14 13 12 11 10 9 8 7 6 5")]
    public void Rounds_leave_what_the_reference_leaves(int weights, int end, string expected)
    {
        var schedule = new ImpSchedule(weights);
        var left = new List<long>();
        while (schedule.Remaining > end) left.Add(schedule.Next());
        Assert.Equal(expected, string.Join(' ', left));
    }

    [Theory]
    [InlineData(794_000, 100, 86)]
    [InlineData(101_000, 10, 89)]
    public void Rounds_are_as_many_as_those_of_the_reference(int weights, int end, int rounds)
    {
        var schedule = new ImpSchedule(weights);
        var count = 0;
        for (; schedule.Remaining > end; count++) schedule.Next();
        Assert.Equal(rounds, count);
    }

    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(2, 3, false)]
    [InlineData(2, 3, true)]
    public void Gradients_are_the_slopes_of_the_loss(int layers, int outputs, bool isCrossEntropy)
    {
        var random = new RandomSource(3).Stream("test");
        using var data = SampleSumsTests.Draw(300, 5, random, outputs: outputs);
        for (var sample = 0; isCrossEntropy && sample < 300; sample++)
            for (var output = 0; output < outputs; output++) data.Target(sample, output) = output == sample % outputs ? 1 : 0;
        using var team = new Kernels.ThreadTeam(2);
        using var network = new DenseNetwork([5, .. Enumerable.Repeat(4, layers), outputs], data, isCrossEntropy, team);
        for (var index = 0; index < network.Weights.Length; index++) network.Weights[index] = random.NextGaussian();
        network.IsKept[3] = network.IsKept[7] = false;
        network.Weights[3] = network.Weights[7] = 0;
        network.ListKept();
        var gradient = new double[network.Weights.Length];
        network.Differentiate(0, data.Chunks.TileCount, gradient);
        // The mean over samples, and of squared errors, which are not halved, over outputs.
        var factor = isCrossEntropy ? 1.0 / 300 : 2.0 / (300 * outputs);
        for (var index = 0; index < gradient.Length; index++)
        {
            if (!network.IsKept[index]) continue;
            double At(double by)
            {
                network.Weights[index] += by;
                var loss = network.Loss();
                network.Weights[index] -= by;
                return factor * loss;
            }
            Assert.Equal((At(1e-6) - At(-1e-6)) / 2e-6, gradient[index], 2e-4 * (1 + Math.Abs(gradient[index])));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pruning_leaves_the_requested_numbers_and_does_not_depend_on_threads(bool isFairer)
    {
        var planted = PlantedNetwork.Draw(8, 4, 6, seed: 2);
        using var data = planted.Sample(600, seed: 2);
        IReadOnlyList<ImpResult> Run(int threads)
        {
            var options = new ImpOptions { Neurons = 4, Epochs = 4, Threads = threads, Seed = 5 };
            using var pruning = new IterativeMagnitudePruning(isFairer ? options.Fairer() : options, data);
            return pruning.Run([6, 12, 20]);
        }
        var results = Run(1);
        Assert.Equal([20, 12, 6], results.Select(result => result.Budget));
        Assert.All(results, result =>
        {
            Assert.InRange(result.Nonzeros, 1, result.Budget);
            Assert.Equal(result.Nonzeros, isFairer ? result.Network.HiddenWeightCount : result.Network.WeightCount);
        });
        Assert.Equal(results.Select(result => result.MeanSquaredError), Run(3).Select(result => result.MeanSquaredError));
    }

    [Fact]
    public void The_fairer_variant_comes_closer()
    {
        var planted = PlantedNetwork.Draw(8, 4, 6, seed: 2);
        using var data = planted.Sample(600, seed: 2);
        double Error(ImpOptions options)
        {
            using var pruning = new IterativeMagnitudePruning(options, data);
            return pruning.Run([12])[0].MeanSquaredError;
        }
        var options = new ImpOptions { Neurons = 4, Epochs = 10 };
        Assert.True(Error(options.Fairer()) < Error(options) / 2);
    }
}
