using System.Collections;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Tests.Numerics;
using ActorSparse.Model.Tests.Sparse;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Evolution.Guided;

public class CandidateSamplerTests
{
    private static readonly NeuronSums s_sums = new([1, 3, 3], [3, 2]);
    private static readonly Gen<double> s_sum = Gen.Int[-9, 9].Where(sum => sum != 0).Select(sum => (double)sum);

    [Fact]
    public void One_draw_follows_the_product_of_both_sides()
    {
        const int Draws = 70_000;
        using var topology = TestTopologies.FromRows(3, [0], []);
        using var layer = new SparseBlock(topology);
        var hits = new int[6];
        for (var draw = 0; draw < Draws; draw++)
        {
            using var candidates = CandidateSampler.Draw(GuidedSamples.Snapshot(layer, (ulong)draw), s_sums, 1)!;
            // No candidate is a draw of the connection that is there.
            hits[candidates.Count == 0 ? 0 : (int)TestTopologies.Positions(candidates.Topology).Single()]++;
        }
        Randomness.AssertProportional(hits, [3, 9, 9, 2, 6, 6]);
    }

    [Fact]
    public void Several_draws_are_independent_of_each_other()
    {
        const int Evolutions = 50_000;
        using var topology = TestTopologies.FromRows(3, [0], [1]);
        using var layer = new SparseBlock(topology);
        double[] cells = [3, 9, 9, 2, 6, 6];
        var expected = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var hits = new Dictionary<string, int>();
        for (var first = 0; first < 6; first++)
            for (var second = 0; second < 6; second++)
            {
                var set = Key(new long[] { first, second }.Distinct().Except([0L, 4]).Order());
                expected[set] = expected.GetValueOrDefault(set) + cells[first] * cells[second];
            }
        for (var evolution = 0; evolution < Evolutions; evolution++)
        {
            using var candidates = CandidateSampler.Draw(GuidedSamples.Snapshot(layer, (ulong)evolution), s_sums, 1)!;
            var set = Key(TestTopologies.Positions(candidates.Topology));
            hits[set] = hits.GetValueOrDefault(set) + 1;
        }
        Assert.Equal(expected.Count, hits.Count);
        Randomness.AssertProportional(expected.Keys.Select(set => hits[set]), expected.Values);
    }

    [Fact]
    public void Candidates_are_absent_distinct_living_and_as_many_draws_as_asked() =>
        (from weights in TestTopologies.Weights(30)
         from inputs in s_sum.Array[weights[0].Length]
         from outputs in s_sum.Array[weights.Length]
         from isUniform in Gen.Bool
         from tenths in Gen.Int[1, 31]
         from seed in Property.Seed
         select (weights, isUniform ? null : new NeuronSums(inputs, outputs), tenths / 10.0, seed))
        .ForAll(300, (weights, sums, subset, seed) =>
    {
        using var layer = TestTopologies.Layer(weights);
        var (inputs, outputs) = (layer.Topology.InputCount, layer.Topology.OutputCount);
        using var candidates = CandidateSampler.Draw(GuidedSamples.Snapshot(layer, seed), sums, subset);
        using var again = CandidateSampler.Draw(GuidedSamples.Snapshot(layer, seed), sums, subset);
        var present = layer.Topology.ConnectionCount;
        if (present == 0 || present == inputs * outputs)
        {
            Assert.Null(candidates);
            return;
        }
        Assert.Equal(TestTopologies.Positions(candidates!.Topology), TestTopologies.Positions(again!.Topology));
        Assert.Empty(TestTopologies.Positions(candidates.Topology).Intersect(TestTopologies.Positions(layer.Topology)));
        if (2L * present >= (long)inputs * outputs)
        {
            Assert.Equal((inputs * outputs - present, 0L), (candidates.Count, candidates.Cost.DrawCount));
            return;
        }
        Assert.Equal((long)Math.Ceiling(subset * present), candidates.Cost.DrawCount);
        Assert.InRange(candidates.Count, 0, candidates.Cost.DrawCount);
        Assert.Equal(0, candidates.Cost.FallbackCount);
    });

    [Theory]
    [InlineData(0.1, 0.857)]
    [InlineData(0.05, 0.927)]
    [InlineData(0.02, 0.970)]
    public void The_share_of_uniform_draws_that_count_is_as_computed(double density, double expected)
    {
        const int Neurons = 1000;
        using var topology = ErdosRenyi.Sample(Neurons, Neurons, density * Neurons / 2, new RandomSource(2).Stream("topology"));
        using var layer = new SparseBlock(topology);
        using var candidates = CandidateSampler.Draw(GuidedSamples.Snapshot(layer, 3), null, 1)!;
        Assert.Equal(expected, (double)candidates.Count / candidates.Cost.DrawCount, 0.01);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Sums_that_say_nothing_give_uniform_draws_and_are_counted(double sum)
    {
        using var layer = GuidedSamples.Layer(40, 40, 0.1, new RandomSource(1).Stream("test"));
        var useless = new NeuronSums([.. Enumerable.Repeat(sum, 40)], [.. Enumerable.Repeat(1.0, 40)]);
        using var candidates = CandidateSampler.Draw(GuidedSamples.Snapshot(layer, 4), useless, 1)!;
        using var uniform = CandidateSampler.Draw(GuidedSamples.Snapshot(layer, 4), null, 1)!;
        Assert.Equal(1, candidates.Cost.FallbackCount);
        Assert.Equal(TestTopologies.Positions(uniform.Topology), TestTopologies.Positions(candidates.Topology));
    }

    [Fact]
    public void The_dead_and_the_silent_are_never_drawn()
    {
        var alive = new BitArray(30, true) { [3] = false, [17] = false };
        using var topology = TestTopologies.FromRows(30, [.. Enumerable.Range(0, 30).Select(row => row is 3 or 17 ? Array.Empty<int>() : [0, 5])]);
        using var layer = new SparseBlock(topology);
        var living = new LivingNeurons(alive);
        var silent = new NeuronSums([.. Enumerable.Range(0, 30).Select(input => input == 8 ? 0.0 : 1)], [.. Enumerable.Repeat(1.0, 30)]);
        for (ulong seed = 0; seed < 50; seed++)
        {
            using var candidates = CandidateSampler.Draw(GuidedSamples.Snapshot(layer, seed, 0, living, living), silent, 4)!;
            Assert.NotEqual(0, candidates.Count);
            Assert.All(TestTopologies.Positions(candidates.Topology), position =>
            {
                Assert.False(position % 30 is 3 or 17 or 8);
                Assert.False(position / 30 is 3 or 17);
            });
        }
    }

    [Fact]
    public void A_layer_drawn_in_groups_of_rows_follows_the_weights_of_both_sides()
    {
        const int Neurons = 1000;
        using var topology = ErdosRenyi.Sample(Neurons, Neurons, 0.15 * Neurons, new RandomSource(2).Stream("topology"));
        using var layer = new SparseBlock(topology);
        // With 4 groups of rows the second has no weight, and the last rows have three times that of the first.
        double Weight(int neuron) => neuron / 250 == 1 ? 0 : neuron < 750 ? 1 : 3;
        double[] weights = [.. Enumerable.Range(0, Neurons).Select(Weight)];
        var sums = new NeuronSums(weights, weights);
        using var candidates = CandidateSampler.Draw(GuidedSamples.Snapshot(layer, 3), sums, 2)!;
        Assert.InRange(candidates.Cost.DrawCount, 4 * (1 << 17), 5 * (1 << 17) - 1);
        Assert.Empty(TestTopologies.Positions(candidates.Topology).Intersect(TestTopologies.Positions(topology)));
        for (var row = 0; row < Neurons; row++)
        {
            var present = topology.Row(row).ToArray().ToHashSet();
            for (var quarter = 0; quarter < 4; quarter++)
            {
                // A place is hit at least once with probability 1 - exp(-draws that fall to it).
                var columns = Enumerable.Range(quarter * 250, 250).ToHashSet();
                var draws = candidates.Cost.DrawCount * Weight(row) * Weight(quarter * 250) / (1250.0 * 1250);
                var expected = columns.Count(column => !present.Contains(column)) * (1 - Math.Exp(-draws));
                var found = candidates.Topology.Row(row).ToArray().Count(columns.Contains);
                Assert.InRange(found, expected - 6 * Math.Sqrt(expected), expected + 6 * Math.Sqrt(expected));
            }
        }
    }

    [Fact]
    public void Groups_of_rows_hold_all_rows()
    {
        foreach (var (rows, count) in new[] { (1, 1), (7, 3), (10, 4), (10, 10), (1000, 7) })
        {
            var groups = new RowGroups([.. Enumerable.Range(0, rows).Select(row => row + 1.0)], count);
            var groupOfDraw = new ushort[100_000];
            var draws = new int[groups.Count];
            groups.Draw(groupOfDraw, draws, new RandomSource(1).Stream("draws"));
            Assert.Equal(draws, Enumerable.Range(0, draws.Length).Select(group => groupOfDraw.Count(drawn => drawn == group)));
            Assert.Equal(rows, Enumerable.Range(0, draws.Length).Sum(groups.RowCount));
            var weights = Enumerable.Range(0, draws.Length).Select(group => Enumerable.Range(groups.FirstRow(group), groups.RowCount(group)).Sum(row => row + 1.0)).ToArray();
            Randomness.AssertProportional(draws, weights);
        }
    }

    [Fact]
    public void A_full_or_empty_layer_has_no_candidates()
    {
        using var full = TestTopologies.FromRows(2, [0, 1], [0, 1]);
        using var empty = TestTopologies.FromRows(2, [], []);
        foreach (var topology in new[] { full, empty })
        {
            using var layer = new SparseBlock(topology);
            Assert.Null(CandidateSampler.Draw(GuidedSamples.Snapshot(layer, 1), null, 1));
        }
    }

    private static string Key(IEnumerable<long> positions) => string.Join(',', positions);
}
