using System.Collections;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Tests.Numerics;
using ActorSparse.Model.Tests.Sparse;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Evolution;

public class SetRuleTests
{
    [Fact]
    public void Evolution_keeps_its_promises_on_random_layers() =>
        (from weights in TestTopologies.Weights(24)
         from inputs in Gen.Bool.Array[weights[0].Length].Null(0.5)
         from outputs in Gen.Bool.Array[weights.Length].Null(0.5)
         from tenthsToReplace in Gen.Int[0, 10]
         select (weights, inputs, outputs, tenthsToReplace)).ForAll(500, (weights, inputs, outputs, tenthsToReplace) =>
        {
            using var layer = TestTopologies.Layer([.. weights.Select((row, output) => row.Select((weight, input) =>
                outputs?[output] != false && inputs?[input] != false ? weight : null).ToArray())]);
            AssertEvolution(layer, Living(inputs), Living(outputs), new SetRule(tenthsToReplace / 10.0), seed: tenthsToReplace);
        });

    [Fact]
    public void The_smallest_of_either_sign_go_and_ties_go_from_the_first_position()
    {
        using var topology = TestTopologies.FromRows(6, [0, 1, 2, 3, 4, 5], [0, 1, 2]);
        using var layer = new SparseBlock(topology);
        float[] values = [0.5f, -0.1f, 0.2f, 0.2f, -0.3f, -0.1f, 0.2f, 0.9f, -2f];
        values.CopyTo(layer.Values.Span);
        using var change = Evolve(layer, new SetRule(0.5))!;

        // Five positive weights: 2.5 rounds to 3 removed, all of the 0.2; four negative: 2 removed, both of the -0.1.
        Assert.Equal((5, 5), (change.PrunedCount, change.GrownCount));
        Assert.Equal([0, 4, 7, 8], Survivors(change));
    }

    [Fact]
    public void A_zero_goes_first_on_the_side_of_its_sign()
    {
        using var topology = TestTopologies.FromRows(4, [0, 1, 2, 3]);
        using var layer = new SparseBlock(topology);
        new[] { 1e-30f, 0f, -0f, -1e-30f }.CopyTo(layer.Values.Span);
        using var change = Evolve(layer, new SetRule(0.5))!;
        Assert.Equal([0, 3], Survivors(change));
    }

    [Fact]
    public void Nothing_to_remove_is_no_change()
    {
        using var topology = TestTopologies.FromRows(4, [0, 1, 2, 3]);
        using var layer = new SparseBlock(topology);
        layer.Values.Span.Fill(1);
        Assert.Null(Evolve(layer, new SetRule(0)));
        using var none = new StaticRule().Evolve(new() { Blocks = [Snapshot(layer, null, null, 1), Snapshot(layer, null, null, 1)] });
        Assert.Equal([null, null], none.Changes);
    }

    [Fact]
    public void A_full_layer_regrows_where_it_removed_and_calls_it_a_new_topology()
    {
        using var topology = TestTopologies.FromRows(3, [0, 1, 2], [0, 1, 2]);
        using var layer = new SparseBlock(topology);
        layer.Values.Span.Fill(1);
        using var change = Evolve(layer, new SetRule(0.5))!;
        Assert.Equal(6, change.To.ConnectionCount);
        Assert.Equal((3, 3), (change.PrunedCount, change.GrownCount));
        Assert.NotEqual(topology.Id, change.To.Id);
    }

    // Two of eight outputs live, with 4 connections each: fan-in growth is for 4, not for 1.
    [Fact]
    public void The_fan_in_of_growth_is_that_of_living_outputs()
    {
        using var topology = TestTopologies.FromRows(9, [0, 1, 2, 3], [5, 6, 7, 8], [], [], [], [], [], []);
        using var layer = new SparseBlock(topology);
        layer.Values.Span.Fill(1);
        var living = Living([true, true, false, false, false, false, false, false]);
        var limit = (float)Math.Sqrt(3.0 / 4);
        var largest = Enumerable.Range(1, 50).Max(seed =>
        {
            using var change = new SetRule(0.5).Evolve(Snapshot(layer, null, living, seed) with { Initializer = Initializer.FanIn })!;
            return change.GrownValues.Span.ToArray().Max(Math.Abs);
        });
        Assert.InRange(largest, 0.9f * limit, limit);
    }

    [Fact]
    public void Growth_is_uniform_over_the_empty_positions()
    {
        const int Evolutions = 20_000;
        using var topology = TestTopologies.FromRows(5, [1, 3], [], [0, 1, 2, 4], [2]);
        using var layer = new SparseBlock(topology);
        new[] { 1f, 2f, 3f, 4f, 5f, 6f, 7f }.CopyTo(layer.Values.Span);
        var hits = new Dictionary<long, int>();
        for (var evolution = 0; evolution < Evolutions; evolution++)
        {
            using var change = Evolve(layer, new SetRule(0.4), evolution)!;
            foreach (var position in Grown(change)) hits[position] = hits.GetValueOrDefault(position) + 1;
        }
        var empty = Enumerable.Range(0, 20).Select(position => (long)position).Except(TestTopologies.Positions(topology)).ToList();
        Assert.Equal(empty, hits.Keys.Order());
        Randomness.AssertUniform(hits.Values);
    }

    [Fact]
    public void Grown_values_are_drawn_as_at_initialisation()
    {
        using var network = Network.Create(new NetworkSpec { LayerSizes = [600, 500, 2], Epsilon = 10 }, new RandomSource(4));
        using var change = new SetRule(0.5).Evolve(BlockSnapshot.Of(network, 0, new RandomSource(4), 1))!;
        var limit = Math.Sqrt(6.0 / 600);
        Assert.All(change.GrownValues.Span.ToArray(), value => Assert.InRange(value, -limit * 1.00001, limit * 1.00001));
        var variance = change.GrownValues.Span.ToArray().Average(value => (double)value * value);
        Assert.InRange(variance, limit * limit / 3 * 0.95, limit * limit / 3 * 1.05);
    }

    [Fact]
    public void Evolving_a_network_leaves_the_output_layer_and_follows_the_seed()
    {
        var spec = new NetworkSpec { LayerSizes = [60, 50, 40, 5], Epsilon = 2 };
        var random = new RandomSource(8);
        using var first = Network.Create(spec, random);
        using var again = first.Clone();
        foreach (var network in new[] { first, again })
        {
            using var evolution = new SetRule().Evolve(NetworkSnapshot.Of(network, random, 1));
            Assert.Null(evolution.Changes[2]);
            NetworkEvolution.Apply(network.Parameters, evolution.Changes);
        }
        for (var layer = 0; layer < 3; layer++)
        {
            Assert.Equal(first.Parameters.Sparse[layer].Topology.Id, again.Parameters.Sparse[layer].Topology.Id);
            Assert.Equal(first.Parameters.Sparse[layer].Values.Span.ToArray(), again.Parameters.Sparse[layer].Values.Span.ToArray());
        }
    }

    [Theory]
    [InlineData(0, 0.4)]
    [InlineData(3, 0.2)]
    [InlineData(6, 0)]
    [InlineData(9, 0)]
    public void The_gentle_form_grows_at_zero_and_replaces_less_and_less(long epoch, double fraction)
    {
        using var network = Network.Create(new NetworkSpec { LayerSizes = [60, 50, 5], Epsilon = 4 }, new RandomSource(8));
        var snapshot = NetworkSnapshot.Of(network, new RandomSource(8), epoch) with { Update = epoch, UpdatesTotal = 10 };
        using var evolution = new SetRule(0.4, isGentle: true).Evolve(snapshot);
        var count = evolution.Changes[0]?.GrownCount ?? 0;
        var connections = network.Parameters.Sparse[0].Values.Length;
        Assert.InRange(count, fraction * connections - 1, fraction * connections + 1);
        if (count > 0) Assert.All(evolution.Changes[0]!.GrownValues.Span.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void The_gentle_form_leaves_layers_alone_that_are_nearly_full()
    {
        // 0.95 of 400 positions exist, and 0.5 of the next layer's.
        using var network = Network.Create(new NetworkSpec { LayerSizes = [20, 20, 60, 2], Epsilon = 9.5 }, new RandomSource(8));
        var snapshot = NetworkSnapshot.Of(network, new RandomSource(8), 0) with { UpdatesTotal = 10 };
        using var gentle = new SetRule(0.3, isGentle: true).Evolve(snapshot);
        Assert.Null(gentle.Changes[0]);
        Assert.NotNull(gentle.Changes[1]);
        using var published = new SetRule(0.3).Evolve(snapshot);
        Assert.NotNull(published.Changes[0]);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Zeta_is_a_fraction(double zeta) =>
        Assert.Contains("zeta", Assert.Throws<InvalidInputException>(() => new SetRule(zeta)).Message, StringComparison.Ordinal);

    private static void AssertEvolution(SparseBlock layer, LivingNeurons? inputs, LivingNeurons? outputs, SetRule rule, long seed)
    {
        var old = layer.Topology.Retain();
        var oldValues = layer.Values.Span.ToArray();
        var oldVelocities = layer.Velocities.Span.ToArray();
        using var change = rule.Evolve(Snapshot(layer, inputs, outputs, seed));
        using var again = rule.Evolve(Snapshot(layer, inputs, outputs, seed));
        Assert.Equal(change?.To.Id, again?.To.Id);
        var positive = oldValues.Count(value => !float.IsNegative(value));
        var expected = Rounded(rule.Zeta * positive) + Rounded(rule.Zeta * (oldValues.Length - positive));
        Assert.Equal(expected, change?.PrunedCount ?? 0);
        if (change is null) return;

        Assert.Equal(change.PrunedCount, change.GrownCount);
        Assert.Equal(old.ConnectionCount, change.To.ConnectionCount);
        layer.Apply(change);
        var survivors = Survivors(change);
        AssertSmallestRemoved(oldValues, survivors);
        var oldPositions = TestTopologies.Positions(old);
        var newPositions = TestTopologies.Positions(change.To);
        Assert.Equal(newPositions.Count, newPositions.Distinct().Count());
        var grown = new List<long>();
        for (var position = 0; position < newPositions.Count; position++)
        {
            if (GetSource(change, position) is var source && source >= 0)
            {
                Assert.Equal(oldPositions[source], newPositions[position]);
                Assert.Equal(BitConverter.SingleToInt32Bits(oldValues[source]), BitConverter.SingleToInt32Bits(layer.Values[position]));
                Assert.Equal(oldVelocities[source], layer.Velocities[position]);
                continue;
            }
            grown.Add(newPositions[position]);
            Assert.Equal(0, layer.Velocities[position]);
            Assert.True(inputs?.IsAlive((int)(newPositions[position] % old.InputCount)) ?? true);
            Assert.True(outputs?.IsAlive((int)(newPositions[position] / old.InputCount)) ?? true);
        }
        var livingCells = (long)(inputs?.LivingCount ?? old.InputCount) * (outputs?.LivingCount ?? old.OutputCount);
        Assert.Equal(Math.Max(0, grown.Count - (livingCells - old.ConnectionCount)), grown.Intersect(oldPositions).Count());
        old.Dispose();
    }

    private static void AssertSmallestRemoved(float[] values, int[] survivors)
    {
        var kept = survivors.ToHashSet();
        foreach (var isNegative in new[] { false, true })
        {
            // Ascending by magnitude, then position: the removed ones must be a prefix.
            var side = Enumerable.Range(0, values.Length).Where(position => float.IsNegative(values[position]) == isNegative)
                .OrderBy(position => Math.Abs(values[position])).ThenBy(position => position).Select(kept.Contains).ToList();
            Assert.Equal(side.Order(), side);
        }
    }

    private static LivingNeurons? Living(bool[]? alive) => alive is null ? null : new(new BitArray(alive));

    private static BlockSnapshot Snapshot(SparseBlock layer, LivingNeurons? inputs, LivingNeurons? outputs, long seed) => new()
    {
        BlockIndex = 0,
        Topology = layer.Topology,
        Values = layer.Values,
        LivingInputs = inputs,
        LivingOutputs = outputs,
        Initializer = Initializer.HeUniform,
        Random = new RandomSource((ulong)seed).Stream("evolve"),
    };

    private static TopologyChange? Evolve(SparseBlock layer, SetRule rule, long seed = 1) => rule.Evolve(Snapshot(layer, null, null, seed));

    private static unsafe int GetSource(TopologyChange change, int position) => change.Sources[position];

    private static int[] Survivors(TopologyChange change) =>
        [.. Enumerable.Range(0, change.To.ConnectionCount).Select(position => GetSource(change, position)).Where(source => source >= 0)];

    private static IEnumerable<long> Grown(TopologyChange change) =>
        TestTopologies.Positions(change.To).Where((_, position) => GetSource(change, position) < 0);

    private static int Rounded(double count) => (int)Math.Round(count, MidpointRounding.AwayFromZero);
}
