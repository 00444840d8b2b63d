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
        for (ulong seed = 0; seed < 200; seed++)
        {
            var random = new RandomSource(seed).Stream("edit");
            using var network = Network.Create(new() { LayerSizes = [9, 14, 5], Epsilon = 3 }, new RandomSource(seed));
            var from = network.Layers[0].Topology;
            using var removed = new NativeBuffer<byte>(from.ConnectionCount);
            for (var position = 0; position < removed.Length; position++) removed[position] = (byte)(random.NextInt32(3) == 0 ? 1 : 0);
            var grown = new List<long>();
            for (long place = 0; place < 9 * 14; place++)
            {
                var held = from.Find((int)(place / 9), (int)(place % 9));
                if ((held < 0 || removed[held] != 0) && random.NextInt32(4) == 0) grown.Add(place);
            }
            using var change = TopologyEdit.Build(from, removed, grown.ToArray());
            using var told = TopologyChange.Between(from, change.To);
            Assert.Equal(change.GrownCount, told.GrownCount);
            Assert.Equal(change.PrunedCount, told.PrunedCount);
            for (var position = 0; position < change.To.ConnectionCount; position++)
                Assert.True(change.Sources[position] == told.Sources[position], $"seed {seed}, position {position}");
            regrown += change.To.Regrown.Length;
        }
        Assert.True(regrown > 200, $"{regrown} connections were grown where they had been");
    }

    [Fact]
    public void Topologies_that_did_not_evolve_from_each_other_have_no_change()
    {
        using var network = Network.Create(new() { LayerSizes = [9, 14, 5], Epsilon = 3 }, new RandomSource(1));
        Assert.Throws<ArgumentException>(() => TopologyChange.Between(network.Layers[0].Topology, network.Layers[1].Topology));
        Assert.Equal(0UL, network.Layers[0].Topology.ParentId);
    }
}
