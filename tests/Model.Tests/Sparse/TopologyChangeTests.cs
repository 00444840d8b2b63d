using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Sparse;

public sealed unsafe class TopologyChangeTests
{
    // What happens at every place in turn: 0 nothing, 1 a connection there goes, 2 one comes, instead of one that is there.
    [Fact]
    public void Changes_follow_each_other_and_can_be_told_from_their_topologies_also_where_a_connection_was_grown_again() =>
        (from weights in TestTopologies.Weights(9)
         from edits in Gen.Int[0, 2].Array[weights[0].Length].Array[weights.Length].Array[0, 3]
         select (weights, edits)).ForAll(300, (weights, edits) =>
        {
            using var layer = TestTopologies.Layer(weights);
            var present = weights.SelectMany(row => row).Select(weight => weight is not null).ToArray();
            // Velocities are numbers of connections; what was grown has none.
            var numbers = new float[present.Length];
            foreach (var (place, index) in TestTopologies.Positions(layer.Topology).Select((place, index) => (place, index)))
                numbers[place] = index + 1;
            foreach (var edit in edits.Select(rows => rows.SelectMany(row => row).ToArray()))
            {
                using var change = Edit(layer.Topology, edit);
                using var told = TopologyChange.Between(layer.Topology, change.To);
                Assert.Equal((change.PrunedCount, change.GrownCount), (told.PrunedCount, told.GrownCount));
                Assert.Equal(Sources(change), Sources(told));
                layer.Apply(change);
                for (var place = 0; place < present.Length; place++)
                {
                    present[place] = edit[place] == 2 || (present[place] && edit[place] == 0);
                    if (edit[place] != 0) numbers[place] = 0;
                }
                var places = Enumerable.Range(0, present.Length).Where(place => present[place]).ToArray();
                Assert.Equal(places.Select(place => (long)place), TestTopologies.Positions(layer.Topology));
                Assert.Equal(places.Select(place => numbers[place]), layer.Velocities.Span.ToArray());
                Assert.Equal(places.Select(place => numbers[place]), layer.SecondMoments!.Span.ToArray());
            }
        });

    [Fact]
    public void Topologies_that_did_not_evolve_from_each_other_have_no_change()
    {
        using var network = Network.Create(new() { LayerSizes = [9, 14, 5], Epsilon = 3 }, new RandomSource(1));
        Assert.Throws<ArgumentException>(
            () => TopologyChange.Between(network.Parameters.Sparse[0].Topology, network.Parameters.Sparse[1].Topology));
        Assert.Equal(0UL, network.Parameters.Sparse[0].Topology.ParentId);
    }
    private static TopologyChange Edit(Topology from, int[] edit)
    {
        var positions = TestTopologies.Positions(from);
        using var removed = new NativeBuffer<byte>(positions.Count);
        for (var position = 0; position < positions.Count; position++) removed[position] = (byte)Math.Min(1, edit[positions[position]]);
        return TopologyEdit.Build(
            from, removed, [.. Enumerable.Range(0, edit.Length).Where(place => edit[place] == 2).Select(place => (long)place)]);
    }

    private static int[] Sources(TopologyChange change) => new ReadOnlySpan<int>(change.Sources, change.To.ConnectionCount).ToArray();
}
