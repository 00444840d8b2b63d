using ActorSparse.Model.Recovery;

namespace ActorSparse.Model.Tests.Recovery;

/// <summary>Traces of the reference, to the digit, and how often planted networks are recovered.</summary>
public class ScalarIhtTests
{
    private static readonly Gates s_gates = Gates.Of(SparseVector.Of(3, [1, 0, -1, -1, 2, 1]));

    private static readonly double[] s_targets = [5, -2, -4, -1.5, 0, -2, -2, 0];

    [Theory]
    [InlineData(1, 10, 1.265e-12, -2.09e-12, 1e-24)]
    [InlineData(2, 10, 1.499397137847, -2.000301431076, 1e-12)]
    [InlineData(3, 10, 1.5, -2, 1e-12)]
    [InlineData(2, 0, 1.282399819135, -2.118747527266, 1e-12)]
    [InlineData(3, 0, 1.493315862052, -1.991087817093, 1e-12)]
    [InlineData(4, 0, 1.499030352716, -2.000529148959, 1e-12)]
    public void With_fixed_gates_steps_are_those_of_the_reference(int steps, int inner, double first, double second, double tolerance)
    {
        using var data = SmallProblem.Data(s_targets);
        var weights = SmallProblem.Run(data, SmallProblem.Reference(2, 2, steps, inner, fixedGates: true), s_gates);
        SmallProblem.AssertClose([0, first, 0, 0, 0, second], weights, tolerance);
    }

    [Fact]
    public void The_first_step_with_a_support_has_the_size_of_the_gradient_on_it()
    {
        // Without inner steps the second step goes from 0 (but for 1e-14) along the gradient on its support: mu times it.
        using var data = SmallProblem.Data(s_targets);
        var weights = SmallProblem.Run(data, SmallProblem.Reference(2, 2, 2, inner: 0, fixedGates: true), s_gates);
        Assert.Equal(493.25 / 4423.25, weights[1] / 11.5, 1e-12);
    }

    [Theory]
    [InlineData(2, 1.123243325662, 1.931488490216)]
    [InlineData(3, 1.000048207836, 1.99999939766)]
    [InlineData(4, 1.000000000672, 2)]
    [InlineData(9, 1.000000000672, 2)]
    public void One_neuron_with_its_own_gates_goes_as_the_reference(int steps, double first, double third)
    {
        using var data = SmallProblem.Data(SmallProblem.Rectified(1, 0, 2));
        Assert.Equal([0, 2, 3, 2, 3, 0, 3, 4], SmallProblem.Rectified(1, 0, 2));
        var weights = SmallProblem.Run(data, SmallProblem.Reference(1, 2, steps), Gates.Of(SparseVector.Of(3, [1, 1, 1])));
        SmallProblem.AssertClose([first, 0, third], weights, 1e-12);
    }

    [Theory]
    [InlineData(2, 1.818181818182, 1e-12)]
    [InlineData(3, 2, 0)]
    public void One_weight_is_found_exactly(int steps, double expected, double tolerance)
    {
        using var data = SmallProblem.Data(SmallProblem.Rectified(0, 0, 2));
        var weights = SmallProblem.Run(data, SmallProblem.Reference(1, 1, steps), Gates.Of(SparseVector.Of(3, [1, 1, 1])));
        SmallProblem.AssertClose([0, 0, expected], weights, tolerance);
    }

    [Theory]
    [InlineData(2, 1.692281599702, 1.576943449414)]
    [InlineData(3, 1.375000328657, 2)]
    public void A_neuron_without_weights_never_returns(int steps, double second, double third)
    {
        using var data = SmallProblem.Data(2, 3, 5, 0, 2, 2, 3, 4);
        var weights = SmallProblem.Run(data, SmallProblem.Reference(2, 2, steps), s_gates);
        SmallProblem.AssertClose([0, 0, 0, 0, second, third], weights, 1e-12);
    }

    // The two first steps of the reference in one.
    [Fact]
    public void The_merged_first_step_is_the_first_two()
    {
        using var data = SmallProblem.Data(SmallProblem.Rectified(1, 0, 2));
        var gates = Gates.Of(SparseVector.Of(3, [1, 1, 1]));
        var merged = SmallProblem.Reference(1, 2, 3) with { MergesFirstStep = true };
        SmallProblem.AssertClose([1.000000000672, 0, 2], SmallProblem.Run(data, merged, gates), 1e-10);
    }

    [Fact]
    public void Steps_do_not_depend_on_threads()
    {
        var network = PlantedNetwork.Draw(12, 5, 8, seed: 3);
        using var data = network.Sample(1500, seed: 4, chunkTiles: 1);
        var options = new IhtOptions { Neurons = 5, Budget = 16, Steps = 6 };
        SparseVector Run(int threads)
        {
            using var sums = new SampleSums(data, threads);
            var steps = new ScalarIht(options, data.Chunks, data.FeatureCount);
            steps.Run(sums);
            return steps.Weights;
        }
        var expected = Run(1);
        Assert.True(expected.IsSame(Run(2)));
        Assert.True(expected.IsSame(Run(3)));
    }

    [Theory]
    [InlineData(10, 3, 200, 35)]
    [InlineData(30, 3, 500, 40)]
    [InlineData(30, 10, 500, 40)]
    public void One_planted_neuron_is_recovered_as_the_reference_does(int features, int budget, int samples, int expected)
    {
        var recovered = Enumerable.Range(1, 40).Count(seed =>
            Error(SmallProblem.Reference(1, budget, 15), features, samples, budget, seed) < 1e-6);
        Assert.True(recovered >= expected, $"{recovered} of 40");
    }

    [Fact]
    public void With_fixed_gates_twice_the_budget_recovers_all() =>
        Assert.Equal(20, FixedRecoveries(SmallProblem.Reference(20, 20, 30, fixedGates: true)));

    [Fact]
    public void With_fixed_gates_few_inner_steps_recover_all_within_the_budget() =>
        Assert.Equal(20, FixedRecoveries(SmallProblem.Reference(20, 10, 30, inner: 3, fixedGates: true)));

    [Fact]
    public void With_fixed_gates_steps_along_the_best_size_recover_all_within_the_budget() =>
        Assert.Equal(20, FixedRecoveries(new() { Neurons = 20, Budget = 10, Steps = 30, HasFixedGates = true }));

    private static double Error(IhtOptions options, int features, int samples, int planted, int seed)
    {
        var network = PlantedNetwork.Draw(features, options.Neurons, planted, (ulong)seed);
        using var data = network.Sample(samples, (ulong)seed);
        using var sums = new SampleSums(data);
        var steps = new ScalarIht(options with { Seed = (ulong)seed }, data.Chunks, features);
        steps.Run(sums);
        return Enumerable.Range(0, features * options.Neurons).Max(index => Math.Abs(network.Hidden[0][index] - steps.Weights[index]));
    }

    // Planted in the linear model of the drawn gates.
    private static int FixedRecoveries(IhtOptions options)
    {
        const int Features = 20, Samples = 1000, Planted = 10, Problems = 20;
        var recovered = 0;
        for (var seed = 1UL; seed <= Problems; seed++)
        {
            var planted = PlantedNetwork.Draw(Features, options.Neurons, Planted, seed);
            using var data = planted.Sample(Samples, seed);
            var gates = Gates.Random(seed);
            Label(data, gates, planted.Hidden[0]);
            using var sums = new SampleSums(data);
            var steps = new ScalarIht(options with { Seed = seed }, data.Chunks, Features);
            steps.Run(sums);
            var error = Enumerable.Range(0, Features * options.Neurons)
                .Max(index => Math.Abs(planted.Hidden[0][index] - steps.Weights[index]));
            if (error < 1e-6) recovered++;
        }
        return recovered;
    }

    private static void Label(RecoveryData data, Gates gates, SparseVector weights)
    {
        for (var sample = 0; sample < data.SampleCount; sample++) data.Target(sample) = 0;
        var generator = new float[data.FeatureCount];
        for (var block = 0; block < weights.Neurons.Length; block++)
        {
            gates.Draw(weights.Neurons[block], data.FeatureCount, generator, 1);
            for (var sample = 0; sample < data.SampleCount; sample++)
            {
                float product = 0;
                for (var feature = 0; feature < data.FeatureCount; feature++)
                    product = MathF.FusedMultiplyAdd(data.Feature(sample, feature), generator[feature], product);
                if (product <= 0) continue;
                for (var entry = weights.Starts[block]; entry < weights.Starts[block + 1]; entry++)
                    data.Target(sample) += weights.Values[entry] * data.Feature(sample, weights.Places[entry]);
            }
        }
    }
}
