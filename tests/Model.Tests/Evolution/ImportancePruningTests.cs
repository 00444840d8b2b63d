using ActorSparse.Model.Evolution;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Tests.Sparse;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Evolution;

public class ImportancePruningTests
{
    [Fact]
    public void Importance_is_the_sum_of_incoming_magnitudes()
    {
        using var topology = TestTopologies.FromRows(3, [0, 2], [], [1]);
        using var layer = new SparseBlock(topology);
        new[] { -1f, 2f, -0.5f }.CopyTo(layer.Values.Span);
        Assert.Equal([3.0, 0.0, 0.5], ImportancePruning.Importance(layer));
    }

    // numpy.percentile([1, 2, 3, 4, 10], q): 20 is 1.8, 25 is 2, 50 is 3, 60 is 3.4, 100 is 10.
    [Theory]
    [InlineData(0, new[] { 1, 2, 3, 4 })]
    [InlineData(20, new[] { 1, 2, 3, 4 })]
    [InlineData(25, new[] { 2, 3, 4 })]
    [InlineData(50, new[] { 3, 4 })]
    [InlineData(60, new[] { 3, 4 })]
    [InlineData(100, new[] { 4 })]
    public void Neurons_at_or_below_the_interpolated_percentile_go(double percentile, int[] expected)
    {
        using var network = Chain(1, 2, 3, 4, 10);
        using var pruning = ImportancePruning.Compute(network, percentile, 0.01);
        Assert.Equal(expected, Alive(pruning.LivingNeurons[0]!));
        Assert.Equal(5 - expected.Length, pruning.PrunedNeurons[0]);
        pruning.Apply(network);
        Assert.Equal(expected, Enumerable.Range(0, 5).Where(neuron => network.Parameters.Sparse[0].Topology.Row(neuron).Length > 0));
        Assert.Equal(expected, network.Parameters.Sparse[1].Topology.Row(0).ToArray());
    }

    [Fact]
    public void The_percentile_is_taken_over_the_living_only_so_that_pruning_goes_on()
    {
        using var network = Chain(1, 2, 3, 4, 10);
        foreach (var expected in new[] { new[] { 2, 3, 4 }, [3, 4], [4], [4] })
        {
            using var pruning = ImportancePruning.Compute(network, 30, 0.01);
            pruning.Apply(network);
            Assert.Equal(expected, Alive(network.LivingNeurons[0]!));
        }
    }

    [Fact]
    public void The_minimum_lives_on_even_among_equals_and_the_first_of_equals_go()
    {
        using var network = Chain(1, 1, 1, 1, 1);
        using var pruning = ImportancePruning.Compute(network, 10, 0.5);
        Assert.Equal([2, 3, 4], Alive(pruning.LivingNeurons[0]!));
    }

    [Fact]
    public void Pruned_random_networks_keep_the_rest_bit_for_bit_and_nothing_of_the_dead() =>
        (from sizes in Gen.Int[1, 30].Array[3]
         from percentile in Gen.Int[0, 100]
         from percentLiving in Gen.Int[0, 50]
         from seed in Property.Seed
         select (sizes, percentile, percentLiving, seed)).ForAll(100, (sizes, percentile, percentLiving, seed) =>
        {
            var random = new RandomSource(seed);
            using var network = Network.Create(new() { LayerSizes = [.. sizes, 4], Epsilon = 3 }, random);
            using var before = network.Clone();
            using var pruning = ImportancePruning.Compute(network, percentile, percentLiving / 100.0);
            pruning.Apply(network);
            for (var layer = 0; layer < 3; layer++)
            {
                var (old, now) = (before.Parameters.Sparse[layer], network.Parameters.Sparse[layer]);
                for (var row = 0; row < old.Topology.OutputCount; row++)
                {
                    var isRowAlive = layer == 2 || (network.LivingNeurons[layer]?.IsAlive(row) ?? true);
                    foreach (var column in old.Topology.Row(row))
                    {
                        var isAlive = isRowAlive && (layer == 0 || (network.LivingNeurons[layer - 1]?.IsAlive(column) ?? true));
                        var position = now.Topology.Find(row, column);
                        Assert.Equal(isAlive, position >= 0);
                        if (isAlive) Assert.Equal(old.Values[old.Topology.Find(row, column)], now.Values[position]);
                    }
                }
            }
            Assert.All(network.LivingNeuronCounts(), count => Assert.True(count >= 1));
            using var evolved = new SetRule(0.5).Evolve(BlockSnapshot.Of(network, 1, random, 1));
        });

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        new ImportancePruningOptions().Validate();
        foreach (var (options, name) in new (ImportancePruningOptions, string)[]
        {
            (new() { StartEpoch = 0 }, "start epoch"), (new() { Interval = 0 }, "interval"), (new() { Percentile = 101 }, "percentile"),
            (new() { Percentile = double.NaN }, "percentile"), (new() { MinimumLiving = -1 }, "minimum living"),
        })
            Assert.Contains(name, Assert.Throws<InvalidInputException>(options.Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pruning_is_due_from_the_start_epoch_at_every_interval()
    {
        var options = new ImportancePruningOptions { StartEpoch = 3, Interval = 4 };
        Assert.Equal([2, 6, 10], Enumerable.Range(0, 13).Where(options.IsDue));
    }

    // One input, hidden neurons with one incoming weight each, one output.
    private static Network Chain(params float[] weights)
    {
        var spec = new NetworkSpec { LayerSizes = [1, weights.Length, 1], OutputActivation = new(ActivationKind.Sigmoid) };
        using var first = TestTopologies.FromRows(1, [.. weights.Select(_ => new[] { 0 })]);
        using var second = TestTopologies.FromRows(weights.Length, Enumerable.Range(0, weights.Length).ToArray());
        var parameters = ParameterSet.Zero(spec.Layout(), [first, second]);
        weights.CopyTo(parameters.Sparse[0].Values.Span);
        parameters.Sparse[1].Values.Span.Fill(1);
        return new Network(spec, parameters);
    }

    private static IEnumerable<int> Alive(LivingNeurons living) => Enumerable.Range(0, living.Count).Where(living.IsAlive);
}
