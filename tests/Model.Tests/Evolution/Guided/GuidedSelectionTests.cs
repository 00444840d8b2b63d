using ActorSparse.Model.Evolution;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Tests.Sparse;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Evolution.Guided;

public class GuidedSelectionTests
{
    private static readonly GuidedOptions s_perLayer = new() { Budget = ConnectionBudget.Layer };
    private static readonly GuidedOptions s_global = new() { Budget = ConnectionBudget.Global };

    // Weights, and gradients where there are candidates; those of places that hold a connection do not count.
    private static readonly Gen<(float?[][] Weights, double?[][]? Gradients)> s_layer =
        from weights in TestTopologies.Weights(20)
        from gradients in Gen.OneOf(Gen.Int[-2, 2].Select(gradient => (double)gradient), Gen.Double[-3, 3])
            .Nullable(0.5).Array[weights[0].Length].Array[weights.Length].Null()
        select (weights, gradients);

    [Fact]
    public void The_worked_example_replaces_one_connection() => AssertWorkedExample(0.2, [0, 2, 3], [0, 2, 2], [0.5f, 0, 0.2f]);

    [Fact]
    public void The_worked_example_replaces_two_connections() => AssertWorkedExample(0.6, [0, 2, 3], [0, 2, 0], [0.5f, 0, 0]);

    [Theory]
    [InlineData(ConnectionBudget.Layer)]
    [InlineData(ConnectionBudget.Global)]
    public void Evolution_keeps_its_promises_on_random_networks(ConnectionBudget budget) =>
        (from layers in s_layer.Array[1, 4]
         from tenths in Gen.Int[0, 10]
         from seed in Property.Seed
         select (layers, tenths / 10.0, seed)).ForAll(300, (given, fraction, seed) =>
    {
        var options = new GuidedOptions { Budget = budget };
        var layers = given.Select(layer => TestTopologies.Layer(layer.Weights)).ToArray();
        var candidates = given.Select((layer, index) => CandidatesOf(layers[index].Topology, layer.Gradients)).ToArray();
        var snapshots = layers.Select((layer, index) => GuidedSamples.Snapshot(layer, seed, index)).ToArray();
        var changes = GuidedSelection.Select(snapshots, candidates, options, fraction);
        var groups = budget == ConnectionBudget.Global ? [Enumerable.Range(0, layers.Length).ToArray()] : Enumerable.Range(0, layers.Length).Select(layer => new[] { layer }).ToArray();
        foreach (var group in groups)
            AssertGroup([.. group.Select(layer => (layers[layer], candidates[layer], changes[layer]))], options, fraction);
        for (var layer = 0; layer < layers.Length; layer++)
        {
            AssertApplied(layers[layer], changes[layer]);
            changes[layer]?.Dispose();
            candidates[layer]?.Dispose();
            layers[layer].Dispose();
        }
    });

    [Fact]
    public void Equal_gradients_and_equal_weights_are_taken_from_the_first_position()
    {
        using var topology = TestTopologies.FromRows(4, [0, 1], [0, 1]);
        using var layer = new SparseBlock(topology);
        new[] { 1f, -1, 1, -1 }.CopyTo(layer.Values.Span);
        using var candidates = GuidedSamples.Candidates(topology, [[0, 0, -2, 2], [0, 0, 2, 1]]);
        using var change = GuidedSelection.Select([GuidedSamples.Snapshot(layer, 1)], [candidates], s_perLayer, 0.5)[0]!;
        Assert.Equal([2, 3], GuidedSamples.Grown(change));
        Assert.Equal([0, 1], GuidedSamples.Pruned(change));
    }

    [Fact]
    public void Under_a_global_budget_layers_compete()
    {
        using var topology = TestTopologies.FromRows(3, [0, 1], [2]);
        using var weak = new SparseBlock(topology);
        using var strong = new SparseBlock(topology);
        weak.Values.Span.Fill(0.1f);
        strong.Values.Span.Fill(0.9f);
        using var small = GuidedSamples.Candidates(topology, [[0, 0, 0.1], [0.1, 0.1, 0]]);
        using var large = GuidedSamples.Candidates(topology, [[0, 0, 5], [4, 0.01, 0]]);
        BlockSnapshot[] layers = [GuidedSamples.Snapshot(weak, 1, 0), GuidedSamples.Snapshot(strong, 1, 1)];
        var changes = GuidedSelection.Select(layers, [small, large], s_global, 0.34);
        Assert.Equal((2, 0, 0, 2), (changes[0]!.PrunedCount, changes[0]!.GrownCount, changes[1]!.PrunedCount, changes[1]!.GrownCount));
        foreach (var change in changes) change?.Dispose();
    }

    [Fact]
    public void Nothing_to_grow_is_no_change()
    {
        using var topology = TestTopologies.FromRows(3, [0, 1], [2]);
        using var layer = new SparseBlock(topology);
        using var none = GuidedSamples.Candidates(topology, [], []);
        using var some = GuidedSamples.Candidates(topology, [[1, 1, 1], [1, 1, 1]]);
        foreach (var options in new[] { s_perLayer, s_global })
        {
            Assert.Null(GuidedSelection.Select([GuidedSamples.Snapshot(layer, 1)], [none], options, 0.5)[0]);
            Assert.Null(GuidedSelection.Select([GuidedSamples.Snapshot(layer, 1)], [null], options, 0.5)[0]);
            Assert.Null(GuidedSelection.Select([GuidedSamples.Snapshot(layer, 1)], [some], options, 0)[0]);
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Gradients_that_are_no_numbers_are_reported_not_ranked(double gradient)
    {
        using var topology = TestTopologies.FromRows(3, [0, 1], [2]);
        using var layer = new SparseBlock(topology);
        using var candidates = GuidedSamples.Candidates(topology, [[1, 1, gradient], [1, 1, 1]]);
        var message = Assert.Throws<TrainingDivergedException>(
            () => GuidedSelection.Select([GuidedSamples.Snapshot(layer, 1) with { Title = "stem (27-16)" }], [candidates], s_perLayer, 0.5)).Message;
        Assert.Contains("stem (27-16) has", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_strongest_of_a_stream_are_the_strongest_of_all() =>
        (from stream in Gen.Int[-3, 3].Select(number => number / 2f).Array[0, 200]
         from limit in Gen.Int[1, 20]
         from block in Gen.Int[1, 12]
         select (stream, limit, block)).ForAll(100, (stream, limit, block) =>
    {
        using var strongest = new StrongestPositions(limit, block);
        for (var first = 0; first < stream.Length; first += block)
        {
            var part = stream[first..Math.Min(stream.Length, first + block)];
            using var magnitudes = new NativeBuffer<float>(part.Length);
            part.CopyTo(magnitudes.Span);
            strongest.Add([.. Enumerable.Range(first, part.Length).Select(position => (long)position)], magnitudes);
        }
        var (positions, values) = strongest.Take();
        var expected = Enumerable.Range(0, stream.Length).OrderByDescending(position => Math.Abs(stream[position])).ThenBy(position => position).Take(limit).Order().ToArray();
        Assert.Equal(expected.Select(position => (long)position), positions);
        Assert.Equal(expected.Select(position => stream[position]), values);
    });

    private static void AssertWorkedExample(double fraction, int[] rowStarts, int[] columns, float[] values)
    {
        using var topology = TestTopologies.FromRows(3, [0], [1, 2]);
        using var layer = new SparseBlock(topology);
        new[] { 0.5f, -0.1f, 0.2f }.CopyTo(layer.Values.Span);
        using var candidates = GuidedSamples.Candidates(topology, GuidedSamples.Gradients(GuidedSamples.Activations, GuidedSamples.Deltas));
        using var change = GuidedSelection.Select([GuidedSamples.Snapshot(layer, 1)], [candidates], s_perLayer, fraction)[0]!;
        layer.Apply(change);
        Assert.Equal(rowStarts, Enumerable.Range(0, 3).Select(row => layer.Topology.RowStart(row)));
        Assert.Equal(columns, Enumerable.Range(0, 2).SelectMany(row => layer.Topology.Row(row).ToArray()));
        Assert.Equal(values, layer.Values.Span.ToArray());
    }

    private static Candidates? CandidatesOf(Topology topology, double?[][]? gradients) => gradients is null ? null :
        GuidedSamples.Candidates(topology, [.. gradients.Select(row => row.Select(gradient => gradient ?? 0).ToArray())],
        GuidedSamples.Absent(topology).Where(place => gradients[place / topology.InputCount][place % topology.InputCount] is not null));

    // The strongest candidates of a group of layers grow, the smallest of its weights go, and the number of connections stays.
    private static void AssertGroup(
        (SparseBlock Layer, Candidates? Candidates, TopologyChange? Change)[] group, GuidedOptions options, double fraction)
    {
        var present = group.Sum(part => (long)part.Layer.Topology.ConnectionCount);
        var expected = Math.Min(options.Quota(present, fraction), group.Sum(part => part.Candidates?.Count ?? 0));
        Assert.Equal((expected, expected), (group.Sum(part => part.Change?.PrunedCount ?? 0), group.Sum(part => part.Change?.GrownCount ?? 0)));
        var strengths = new List<(float Magnitude, bool IsGrown)>();
        var weights = new List<(float Magnitude, bool IsPruned)>();
        foreach (var (layer, candidates, change) in group)
        {
            var grown = change is null ? [] : GuidedSamples.Grown(change).ToHashSet();
            var pruned = change is null ? [] : GuidedSamples.Pruned(change).ToHashSet();
            var positions = candidates is null ? [] : TestTopologies.Positions(candidates.Topology);
            Assert.Subset(positions.ToHashSet(), grown);
            strengths.AddRange(positions.Select((position, index) => (Math.Abs(candidates!.Gradients[index]), grown.Contains(position))));
            weights.AddRange(layer.Values.Span.ToArray().Select((value, index) => (Math.Abs(value), pruned.Contains(index))));
        }
        // A stable sort keeps equal ones in order of layer and position: those taken must be a prefix.
        Assert.All(strengths.OrderByDescending(entry => entry.Magnitude).Take((int)expected), entry => Assert.True(entry.IsGrown));
        Assert.All(weights.OrderBy(entry => entry.Magnitude).Take((int)expected), entry => Assert.True(entry.IsPruned));
    }

    // Survivors keep value and velocity bit for bit, grown connections have neither.
    private static void AssertApplied(SparseBlock layer, TopologyChange? change)
    {
        if (change is null) return;
        using var before = layer.Clone();
        layer.Apply(change);
        var sources = GuidedSamples.Sources(change);
        var (oldPositions, newPositions) = (TestTopologies.Positions(before.Topology), TestTopologies.Positions(layer.Topology));
        Assert.Equal(newPositions.Distinct().Order(), newPositions);
        for (var index = 0; index < sources.Length; index++)
        {
            var source = sources[index];
            Assert.Equal(source < 0 ? 0 : before.Values[source], layer.Values[index]);
            Assert.Equal(source < 0 ? 0 : before.Velocities[source], layer.Velocities[index]);
            if (source >= 0) Assert.Equal(oldPositions[source], newPositions[index]);
            else Assert.DoesNotContain(newPositions[index], oldPositions);
        }
    }
}
