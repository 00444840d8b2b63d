using System.Buffers.Binary;
using System.Runtime.Serialization;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Tests.Sparse;
using ActorSparse.Model.Wire;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Wire;

/// <summary>Whatever bytes come from a peer, an object that is sound or a <see cref="SerializationException"/> comes out.</summary>
public sealed class DamagedMessageTests
{
    private static readonly NetworkSpec s_spec = new() { LayerSizes = [7, 9, 5, 3], Epsilon = 1.5 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_damaged_topology_is_refused_or_sound(bool asChange)
    {
        using var from = TestTopologies.FromRows(5, [0, 2], [1, 3, 4], [], [0, 4]);
        using var removed = new NativeBuffer<byte>(from.ConnectionCount);
        removed[1] = removed[4] = 1;
        using var change = TopologyEdit.Build(from, removed, [1, 12]);
        using var sender = new TopologyCodec();
        sender.Remember(from);
        var bytes = Write(writer => sender.Write(writer, change.To, asChange ? [from.Id] : []));
        Damage.Any.ForAll(4000, damage =>
        {
            using var receiver = new TopologyCodec();
            receiver.Remember(from);
            var reader = new WireReader([Damage.Apply(bytes, damage)]);
            if (Refuses(() => receiver.Read(reader), out var read)) return;
            using (read) AssertSound(read!);
            // A name stands for one topology only: its own.
            if (asChange && read!.Id == change.To.Id) Assert.True(read.HasConnectionsOf(change.To));
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_damaged_replica_or_gradient_is_refused_or_sound(bool isReplica)
    {
        using var codec = new ModelCodec();
        using var network = Network.Create(s_spec, new RandomSource(3));
        network.LivingNeurons[0] = new(new System.Collections.BitArray(9, true) { [4] = false });
        var bytes = Write(writer =>
        {
            if (isReplica) codec.WriteReplica(writer, new(WorkSet.For(network)), [], withVelocities: true);
            else codec.WriteGradients(writer, new(WorkSet.For(network)));
        });
        Damage.Any.ForAll(4000, damage =>
        {
            var reader = new WireReader([Damage.Apply(bytes, damage)]);
            Lease<WorkSet> Read() => isReplica ? codec.ReadReplica(reader, withVelocities: true) : codec.ReadGradients(reader, out _);
            if (Refuses(Read, out var lease)) return;
            Assert.True(lease!.TryTake(out var work));
            using (work)
            {
                for (var layer = 0; layer < work.Replica.Parameters.Sparse.Count; layer++)
                {
                    AssertSound(work.Replica.Parameters.Sparse[layer].Topology);
                    Assert.Equal(work.Replica.Parameters.Sparse[layer].Topology.ConnectionCount, work.Gradients.Sparse[layer].Length);
                }
                for (var hidden = 0; isReplica && hidden < work.Replica.LivingNeurons.Length; hidden++)
                    if (work.Replica.LivingNeurons[hidden] is { } living)
                        Assert.Equal(work.Replica.Spec.LayerSizes[hidden + 1], living.Count);
                work.Replica.Spec.Validate();
            }
        });
    }

    [Fact]
    public void A_name_does_not_come_to_stand_for_other_connections()
    {
        using var codec = new TopologyCodec();
        using var known = TestTopologies.FromRows(3, [0, 1], [2]);
        codec.Remember(known);
        byte[] Whole(Topology topology) => Write(writer =>
        {
            writer.UInt64(known.Id);
            writer.Byte(1);
            TopologyCodec.WriteWhole(writer, topology);
        });
        using var other = TestTopologies.FromRows(3, [0, 1], [1]);
        using var larger = TestTopologies.FromRows(3, [0, 1], [1, 2]);
        foreach (var topology in (Topology[])[other, larger])
            Assert.Contains("other connections", Assert.Throws<SerializationException>(() => codec.Read(new([Whole(topology)]))).Message);
        using var same = codec.Read(new([Whole(known)]));
        Assert.Equal(known.Id, same.Id);
    }

    [Fact]
    public void A_topology_without_identity_is_refused()
    {
        using var codec = new TopologyCodec();
        using var topology = TestTopologies.FromRows(3, [0, 1], [2]);
        var bytes = Write(writer => codec.Write(writer, topology, []));
        bytes.AsSpan(0, sizeof(ulong)).Clear();
        Assert.Throws<SerializationException>(() => codec.Read(new([bytes])));
    }

    public static TheoryData<int, byte[]> Fields()
    {
        static byte[] Int(int value) => BitConverter.GetBytes(value);
        static byte[] Double(double value) => BitConverter.GetBytes(value);
        // Count of sizes, sizes, length of a graph's text, kind and slope of two activations, loss, epsilon, distribution, initializer.
        const int Sizes = 4, Graph = Sizes + 4 * 4, Hidden = Graph + 4, Output = Hidden + 9, Loss = Output + 9, Epsilon = Loss + 1, Spread = Epsilon + 8,
            Initial = Spread + 1;
        return new()
        {
            { 0, Int(-1) }, { 0, Int(int.MaxValue) }, { 0, Int(1) }, { Sizes, Int(0) }, { Sizes + 4, Int(-9) }, { Graph, Int(7) },
            { Graph, Int(-1) },
            { Hidden, [7] }, { Hidden, [(byte)ActivationKind.Softmax] }, { Hidden + 1, Double(double.NaN) },
            { Hidden + 1, Double(double.MaxValue) }, { Output, [200] }, { Output, [(byte)ActivationKind.AllRelu] },
            { Output + 1, Double(double.PositiveInfinity) }, { Loss, [2] }, { Loss, [9] }, { Epsilon, Double(double.NaN) }, { Epsilon, Double(-1) },
            { Spread, [3] }, { Initial, [5] },
        };
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_network_that_cannot_be_is_refused(int place, byte[] value)
    {
        var bytes = Write(writer => SpecCodec.Write(writer, s_spec));
        var copy = SpecCodec.Read(new([bytes]));
        Assert.Equal(s_spec.LayerSizes, copy.LayerSizes);
        Assert.Equal(s_spec with { LayerSizes = [] }, copy with { LayerSizes = [] });
        value.CopyTo(bytes, place);
        Assert.Throws<SerializationException>(() => SpecCodec.Read(new([bytes])));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-100)]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(int.MaxValue)]
    public void Living_neurons_are_as_many_as_the_layer_has(int count)
    {
        using var codec = new ModelCodec();
        using var network = Network.Create(s_spec, new RandomSource(3));
        network.LivingNeurons[0] = new(new System.Collections.BitArray(9, true));
        var bytes = Write(writer => codec.WriteReplica(writer, new(WorkSet.For(network)), [], withVelocities: false));
        // The last: a bool, a count and two bytes for the first layer, a bool for the second.
        Assert.Equal(9, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(bytes.Length - 7)));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(bytes.Length - 7), count);
        Assert.Throws<SerializationException>(() => codec.ReadReplica(new([bytes]), withVelocities: false));
    }

    private static byte[] Write(Action<WireWriter> write)
    {
        var writer = new WireWriter();
        write(writer);
        using var bytes = writer.Finish();
        return bytes.ToArray();
    }

    private static bool Refuses<T>(Func<T> read, out T? result) where T : class
    {
        try
        {
            result = read();
            return false;
        }
        catch (SerializationException exception)
        {
            Assert.DoesNotContain('\n', exception.Message);
            result = null;
            return true;
        }
    }

    private static void AssertSound(Topology topology)
    {
        Assert.NotEqual(0UL, topology.Id);
        for (var row = 0; row < topology.OutputCount; row++)
            foreach (var column in topology.Row(row)) Assert.InRange(column, 0, topology.InputCount - 1);
    }
}
