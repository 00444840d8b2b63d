using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Tests.Sparse;

public sealed unsafe class TopologyChangeTests
{
    [Fact]
    public void A_change_can_be_told_from_both_topologies_also_where_a_connection_was_removed_and_grown_again()
    {
        var regrown = 0;
        for (ulong seed = 0; seed < 100; seed++)
        {
            using var network = Network.Create(new() { LayerSizes = [9, 14, 5], Epsilon = 3 }, new RandomSource(seed));
            var changes = new SetRule(0.4).Evolve(NetworkSnapshot.Of(network, new RandomSource(seed), 0)).Changes;
            for (var layer = 0; layer < changes.Count; layer++)
            {
                using var change = changes[layer]!;
                var from = network.Layers[layer].Topology;
                using var told = TopologyChange.Between(from, change.To);
                Assert.Equal(change.GrownCount, told.GrownCount);
                Assert.Equal(change.PrunedCount, told.PrunedCount);
                for (var position = 0; position < change.To.ConnectionCount; position++)
                    Assert.True(change.Sources[position] == told.Sources[position], $"seed {seed}, layer {layer}, position {position}");
                regrown += change.To.Regrown.Length;
            }
        }
        Assert.True(regrown > 50, $"{regrown} connections were grown where they had been");
    }

    [Fact]
    public void Topologies_that_did_not_evolve_from_each_other_have_no_change()
    {
        using var network = Network.Create(new() { LayerSizes = [9, 14, 5], Epsilon = 3 }, new RandomSource(1));
        Assert.Throws<ArgumentException>(() => TopologyChange.Between(network.Layers[0].Topology, network.Layers[1].Topology));
        Assert.Equal(0UL, network.Layers[0].Topology.ParentId);
    }
}
