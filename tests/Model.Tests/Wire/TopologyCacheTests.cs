using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Wire;

namespace ActorSparse.Model.Tests.Wire;

public sealed class TopologyCacheTests
{
    [Fact]
    public void What_others_hold_stays_and_of_the_rest_the_latest_few_of_each_layer()
    {
        using var cache = new TopologyCache(perLayer: 2);
        cache.Expect(layers: 2);
        cache.Expect(layers: 1);
        var topologies = Enumerable.Range(1, 9).Select(parent => Create((ulong)parent)).ToList();
        foreach (var topology in topologies)
        {
            cache.Add(topology);
            if (topology != topologies[0]) topology.Dispose();
        }
        // The last was still held here when it came.
        Assert.Equal([0, 4, 5, 6, 7, 8], Known());
        topologies[0].Dispose();
        using var last = Create(10);
        cache.Add(last);
        Assert.Equal([5, 6, 7, 8], Known());

        int[] Known() => [.. Enumerable.Range(0, topologies.Count).Where(index => IsKnown(topologies[index].Id))];

        bool IsKnown(ulong id)
        {
            using var known = cache.TryRetain(id);
            return known is not null;
        }
    }

    [Fact]
    public void Who_shares_a_topology_that_came_before_gets_that_one()
    {
        using var cache = new TopologyCache(perLayer: 1);
        using Topology first = Create(1), again = Create(1);
        using var shared = cache.Share(first);
        using var sharedAgain = cache.Share(again);
        Assert.Same(first, shared);
        Assert.Same(first, sharedAgain);
    }

    // What a worker says it knows must be there when the answer names it, however deep the network is.
    [Fact]
    public void A_network_of_hundreds_of_layers_travels_by_the_names_of_its_topologies()
    {
        using var network = Network.Create(new() { LayerSizes = [.. Enumerable.Repeat(4, 301)], Epsilon = 2 }, new RandomSource(5));
        using ModelCodec sender = new(), receiver = new();
        var whole = Pass([]);
        var named = Pass([.. network.Parameters.Sparse.Select(block => block.Topology.Id)]);
        Assert.InRange(named, 1, whole - 300 * 2 * sizeof(int));

        long Pass(ulong[] known)
        {
            var writer = new WireWriter();
            sender.WriteReplica(writer, new(WorkSet.For(network)), known, withVelocities: false);
            using var bytes = writer.Finish();
            Assert.True(receiver.ReadReplica(new WireReader([bytes.ToArray()]), withVelocities: false).TryTake(out var work));
            using (work) Assert.Equal(300, work.Replica.Parameters.Sparse.Count);
            return bytes.Length;
        }
    }

    private static Topology Create(ulong parent)
    {
        var rowStarts = new NativeBuffer<int>(3);
        (rowStarts[1], rowStarts[2]) = (1, 2);
        var columns = new NativeBuffer<int>(2);
        columns[1] = 1;
        return new(2, 2, rowStarts, columns, parent);
    }
}
