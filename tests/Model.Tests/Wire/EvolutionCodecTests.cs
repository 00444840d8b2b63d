using System.Runtime.InteropServices;
using System.Runtime.Serialization;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Wire;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Wire;

public sealed unsafe class EvolutionCodecTests
{
    private static readonly NetworkSpec s_spec = new() { LayerSizes = [9, 14, 6, 3], Epsilon = 2 };

    private static readonly Gen<Edit> s_edit =
        from removed in Gen.Int[0, 3].Select(kind => kind == 0).Array[0, 60]
        from grown in Gen.Int[0, 14 * 9].Array[0, 20]
        from values in Gen.OneOf(Gen.Const(0f), Gen.Const(-0f), Gen.Float[-2, 2])
        select new Edit(removed, grown, values);

    private sealed record Edit(bool[] Removed, int[] Grown, float Value);

    [Fact]
    public void An_evolution_arrives_as_it_was_sent_wherever_the_bytes_are_cut() =>
        (from edits in s_edit.Null().Array[3]
         from cost in Gen.OneOf(Gen.Const(0L), Gen.Long[0, long.MaxValue]).Array[6]
         from segmentBytes in Gen.Int[1, 50]
         select (edits, cost, segmentBytes)).ForAll(300, (edits, cost, segmentBytes) =>
        {
            using var network = Network.Create(s_spec, new RandomSource(1));
            using ModelCodec coordinator = new(), worker = new();
            Introduce(network, coordinator, worker);
            var sent = Evolution(network, edits, cost);
            using var expected = Evolution(network, edits, cost);
            var writer = new WireWriter(segmentBytes);
            var lease = new Lease<NetworkEvolution>(sent);
            worker.WriteEvolution(writer, lease);
            Assert.False(lease.TryTake(out _));
            Assert.Throws<SerializationException>(() => worker.WriteEvolution(new(), lease));
            using var bytes = writer.Finish();
            var reader = new WireReader([.. Enumerable.Range(0, bytes.Count).Select(index => bytes[index])]);
            Assert.True(coordinator.ReadEvolution(reader, s_spec.LayerCount)!.TryTake(out var received));
            Assert.Equal(0, reader.Left);
            using (received) AssertSame(expected, received);
        });

    // A rule's own evolutions, one after the other, each on the network that the one before left.
    [Theory]
    [InlineData("set")]
    [InlineData("set-zero")]
    public void What_arrived_evolves_the_receivers_network_to_the_same_bits(string rule)
    {
        using var network = Network.Create(s_spec, new RandomSource(1));
        using var there = network.Clone();
        using ModelCodec coordinator = new(), worker = new();
        Introduce(network, coordinator, worker);
        for (var number = 0; number < 5; number++)
        {
            var snapshot = NetworkSnapshot.Of(network, new RandomSource(2), number) with { Update = number, UpdatesTotal = 100 };
            var evolution = TopologyRules.Create(rule, 0.3, new()).Evolve(snapshot);
            NetworkEvolution.Apply(network.Parameters, evolution.Changes);
            Assert.True(coordinator.ReadEvolution(new([Write(worker, new(evolution))]), s_spec.LayerCount)!.TryTake(out var received));
            using (received)
            {
                Assert.Contains(received.Changes, change => change is { GrownCount: > 0, PrunedCount: > 0 });
                NetworkEvolution.Apply(there.Parameters, received.Changes);
            }
            for (var layer = 0; layer < s_spec.LayerCount; layer++)
            {
                Assert.Equal(network.Parameters.Sparse[layer].Topology.Id, there.Parameters.Sparse[layer].Topology.Id);
                Assert.True(network.Parameters.Sparse[layer].Values.Span.SequenceEqual(there.Parameters.Sparse[layer].Values.Span));
            }
        }
    }

    [Fact]
    public void No_evolution_is_one_byte()
    {
        using var codec = new ModelCodec();
        var bytes = Write(codec, null);
        Assert.Single(bytes);
        Assert.Null(codec.ReadEvolution(new([bytes]), s_spec.LayerCount));
    }

    // Values that all are 0 take no bytes; a connection that went about one, one that came about one in so small a layer.
    [Fact]
    public void An_evolution_takes_a_few_bytes_a_connection()
    {
        using var network = Network.Create(s_spec, new RandomSource(1));
        using var worker = new ModelCodec();
        var edit = new Edit([.. Enumerable.Repeat(true, 10)], [1, 20, 40, 60, 80, 100], 0);
        var evolution = Evolution(network, [edit, null, null], new long[6]);
        var grown = evolution.Changes[0]!.GrownCount;
        Assert.Equal(1 + 4 + 3 + (8 + 8 + 4 + 10 + 4 + grown + 1) + 6 * 8, Write(worker, new(evolution)).Length);
    }

    [Fact]
    public void Who_did_not_send_the_network_cannot_read_its_evolution()
    {
        using var network = Network.Create(s_spec, new RandomSource(1));
        using var other = Network.Create(s_spec, new RandomSource(2));
        using ModelCodec coordinator = new(), stranger = new(), worker = new();
        Introduce(network, coordinator, worker);
        Introduce(other, stranger, worker);
        var edit = new Edit([true], [], 0);
        var bytes = Write(worker, new(Evolution(network, [edit, edit, edit], new long[6])));
        Assert.Contains("not known here", Refusal(stranger, bytes));
        // More layers than a network has: as many changes of the largest topology as fit into a message would fill the memory.
        bytes = Write(worker, new(Evolution(network, [null, null, null, null], new long[6])));
        Assert.Contains("4 layers", Refusal(coordinator, bytes));
    }

    [Fact]
    public void Damaged_bytes_are_refused_or_give_changes_of_what_is_known()
    {
        using var network = Network.Create(s_spec, new RandomSource(1));
        using ModelCodec coordinator = new(), worker = new();
        Introduce(network, coordinator, worker);
        var edit = new Edit([true, false, false, true], [0, 7, 8, 60], 0.5f);
        var bytes = Write(worker, new(Evolution(network, [edit, null, edit], [1, 2, 3, 4, 5, 6])));
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<SerializationException>(() => coordinator.ReadEvolution(new([bytes.AsMemory(0, length)]), s_spec.LayerCount));
        HashSet<ulong> known = [.. network.Parameters.Sparse.Select(layer => layer.Topology.Id)];
        var before = GC.GetAllocatedBytesForCurrentThread();
        Damage.Any.ForAll(4000, damage =>
        {
            try
            {
                var lease = coordinator.ReadEvolution(new([Damage.Apply(bytes, damage)]), s_spec.LayerCount);
                if (lease is null || !lease.TryTake(out var evolution)) return;
                using (evolution)
                    foreach (var change in evolution.Changes.OfType<TopologyChange>())
                    {
                        Assert.Contains(change.FromId, known);
                        Assert.Equal(change.FromId, change.To.ParentId);
                        foreach (var value in change.GrownValues.Span) Assert.True(float.IsFinite(value));
                        for (var position = 0; position < change.To.ConnectionCount; position++)
                            Assert.InRange(change.Sources[position], -1, change.FromConnectionCount - 1);
                    }
            }
            catch (SerializationException exception)
            {
                Assert.DoesNotContain('\n', exception.Message);
            }
        });
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4000 * 40_000L);
    }

    // Few bytes each, and each makes a whole topology: there must be room for their values.
    [Fact]
    public void Topologies_of_a_replica_are_not_made_beyond_what_its_values_have_room_for()
    {
        using var network = Network.Create(new() { LayerSizes = [40, 40], Epsilon = 10 }, new RandomSource(1));
        var from = network.Parameters.Sparse[0].Topology;
        using var removed = new NativeBuffer<byte>(from.ConnectionCount);
        using var change = TopologyEdit.Build(from, removed, []);
        using var codec = new TopologyCodec();
        codec.Remember(from);
        var writer = new WireWriter();
        for (var layer = 0; layer < 50; layer++) codec.Write(writer, change.To, [from.Id]);
        using var bytes = writer.Finish();
        var reader = new WireReader([bytes.ToArray()]);
        Assert.Throws<SerializationException>(() => codec.ReadAll(reader, 50));
        Assert.InRange(reader.Left, bytes.Length - 60, bytes.Length);
    }

    private static string Refusal(ModelCodec codec, byte[] bytes) =>
        Assert.Throws<SerializationException>(() => codec.ReadEvolution(new([bytes]), s_spec.LayerCount)).Message;

    // As parameters do it: the coordinator has sent what the worker evolves.
    private static void Introduce(Network network, ModelCodec coordinator, ModelCodec worker)
    {
        var writer = new WireWriter();
        coordinator.WriteReplica(writer, new(WorkSet.For(network)), [], withVelocities: false);
        using var bytes = writer.Finish();
        Assert.True(worker.ReadReplica(new([bytes.ToArray()]), withVelocities: false).TryTake(out var work));
        work.Dispose();
    }

    private static NetworkEvolution Evolution(Network network, Edit?[] edits, long[] cost) => new(
        [.. edits.Select((edit, layer) => edit is null ? null : Change(network.Parameters.Sparse[layer].Topology, edit))],
        new(cost[0], cost[1], cost[2], cost[3], cost[4], cost[5]));

    private static TopologyChange Change(Topology from, Edit edit)
    {
        using var removed = new NativeBuffer<byte>(from.ConnectionCount);
        for (var position = 0; position < Math.Min(edit.Removed.Length, removed.Length); position++)
            if (edit.Removed[position]) removed[position] = 1;
        // Where nothing is, or where something goes.
        long[] grown = [.. edit.Grown.Distinct().Order().Select(place => (long)place)
            .Where(place => place < (long)from.InputCount * from.OutputCount
                && from.Find((int)(place / from.InputCount), (int)(place % from.InputCount)) is var at && (at < 0 || removed[at] != 0))];
        float[] values = [.. grown.Select((_, index) => edit.Value * (index + 1))];
        return TopologyEdit.Build(from, removed, grown, values);
    }

    private static byte[] Write(ModelCodec codec, Lease<NetworkEvolution>? lease)
    {
        var writer = new WireWriter();
        codec.WriteEvolution(writer, lease);
        using var bytes = writer.Finish();
        return bytes.ToArray();
    }

    private static void AssertSame(NetworkEvolution expected, NetworkEvolution actual)
    {
        Assert.Equal(expected.Cost, actual.Cost);
        Assert.Equal(expected.Changes.Count, actual.Changes.Count);
        foreach (var (one, other) in expected.Changes.Zip(actual.Changes))
        {
            if (one is null || other is null)
            {
                Assert.True(one is null && other is null);
                continue;
            }
            Assert.Equal((one.FromId, one.To.Id, one.To.ParentId), (other.FromId, other.To.Id, other.To.ParentId));
            Assert.Equal((one.PrunedCount, one.GrownCount), (other.PrunedCount, other.GrownCount));
            Assert.Equal(one.FromConnectionCount, other.FromConnectionCount);
            Assert.True(new ReadOnlySpan<int>(one.Sources, one.To.ConnectionCount)
                .SequenceEqual(new(other.Sources, other.To.ConnectionCount)));
            Assert.True(MemoryMarshal.Cast<float, uint>(one.GrownValues.Span)
                .SequenceEqual(MemoryMarshal.Cast<float, uint>(other.GrownValues.Span)));
            Assert.True(one.To.HasConnectionsOf(other.To));
        }
    }
}
