using System.Collections;
using System.Reflection;
using System.Runtime.Serialization;
using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Serialization;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Recovery;
using ActorSparse.Model.Training;
using ActorSparse.Model.Wire;
using Akka.Actor;

namespace ActorSparse.Actors.Tests.Serialization;

public sealed class ProtocolSerializerTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("serializer", TestSettings.Hocon);

    public static TheoryData<string> MessageNames => [.. MessageSamples.Travelling().Select(message => message.GetType().FullName!)];

    public void Dispose() => _system.Terminate().Wait();

    [Fact]
    public void Every_message_has_a_sample_and_those_between_worker_and_coordinator_alone_have_a_serializer()
    {
        var declared = typeof(IProtocolMessage).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(IProtocolMessage)) && !type.IsInterface)
            .ToHashSet();
        Assert.Equal(declared, MessageSamples.All().Select(message => message.GetType()).ToHashSet());
        Assert.All(declared, type => Assert.True(type.IsSealed));
        var travelling = declared
            .Where(type => type.IsAssignableTo(typeof(IFromWorker)) || type.IsAssignableTo(typeof(IToWorker))).ToHashSet();
        Assert.Equal(travelling, Serializer().MessageTypes.ToHashSet());
        Assert.Equal(
            declared.Except(travelling).ToHashSet(), declared.Where(type => type.IsAssignableTo(typeof(ILocalMessage))).ToHashSet());
        var local = MessageSamples.All().Where(message => message is ILocalMessage);
        Assert.All(local, message => Assert.Throws<SerializationException>(() => Serializer().ToBinary(message)));
    }

    [Fact]
    public void Manifests_are_unique_and_the_configuration_binds_every_message()
    {
        var samples = MessageSamples.Travelling();
        Assert.Equal(14, samples.Select(Serializer().Manifest).Distinct().Count());
        Assert.All(samples, message => Assert.IsType<ProtocolSerializer>(_system.Serialization.FindSerializerFor(message)));
    }

    [Theory]
    [MemberData(nameof(MessageNames))]
    public void A_message_survives_the_wire(string name)
    {
        var serializer = Serializer();
        var (message, manifest) = Sample(serializer, name);
        var bytes = serializer.ToBinary(message);
        var copy = serializer.FromBinary(bytes, manifest);
        AssertSame(message, copy, name);
        // What travels in leases is compared by its bytes: written again, they are the same.
        Assert.Equal(bytes, serializer.ToBinary(copy));
    }

    [Theory]
    [MemberData(nameof(MessageNames))]
    public void A_message_is_read_from_pieces_wherever_it_was_cut(string name)
    {
        var serializer = Serializer();
        var random = new RandomSource(11).Stream("cuts");
        var (message, manifest) = Sample(serializer, name);
        var bytes = serializer.ToBinary(message);
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var pieces = new List<ReadOnlyMemory<byte>>();
            for (var start = 0; start < bytes.Length;)
            {
                var count = Math.Min(bytes.Length - start, random.NextInt32(attempt < 10 ? 12 : 500));
                pieces.Add(bytes.AsMemory(start, count));
                start += count;
            }
            var copy = serializer.Read(pieces, manifest);
            using var written = serializer.Write(copy, new WireWriter(1 + random.NextInt32(100)));
            Assert.Equal(bytes, written.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(MessageNames))]
    public void Bytes_that_were_cut_or_changed_are_refused_or_read_but_never_anything_else(string name)
    {
        const int Changes = 10_000;
        var serializer = Serializer();
        var (message, manifest) = Sample(serializer, name);
        var bytes = serializer.ToBinary(message);
        for (var length = 0; length < bytes.Length; length++) Assert.Throws<SerializationException>(() => Read(bytes[..length]));
        Assert.Throws<SerializationException>(() => Read([.. bytes, 0]));
        var random = new RandomSource(5).Stream("damage");
        var damaged = new byte[bytes.Length];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var attempt = 0; attempt < Changes; attempt++)
        {
            bytes.CopyTo(damaged, 0);
            for (var change = random.NextInt32(3); change >= 0; change--)
            {
                var at = random.NextInt32(damaged.Length);
                // A flipped bit, or a number as large or as small as can be where a count may stand.
                if (random.NextInt32(2) == 0) damaged[at] ^= (byte)(1 << random.NextInt32(8));
                else damaged.AsSpan(at, Math.Min(4, damaged.Length - at)).Fill((byte)(random.NextInt32(2) == 0 ? 0xFF : 0x7F));
            }
            try
            {
                Release(Read(damaged));
            }
            catch (SerializationException)
            {
                // Refused: what it should do where it can tell.
            }
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Changes * (40L * bytes.Length + 40_000));

        object Read(byte[] read) => serializer.FromBinary(read, manifest);
    }

    [Fact]
    public void Work_that_cannot_be_is_refused()
    {
        var serializer = Serializer();
        var (parameters, order) = (Only<PhaseOne.Parameters>(), Only<PhaseTwo.TrainReplica>());
        IProtocolMessage[] messages =
        [
            Fresh(parameters) with { Assignment = new(1, -1, 0, 0) }, Fresh(parameters) with { Assignment = new(1, 0, -1, 0) },
            Fresh(parameters) with { Assignment = new(1, 0, 0, -1) },
            Lent(order) with { Assignment = new(1, -1, 0, false) }, Lent(order) with { Assignment = new(1, 0, int.MinValue, false) },
            Lent(order) with { Round = -1 }, Lent(order) with { RateScale = double.NaN }, Lent(order) with { RateScale = 0 },
        ];
        Assert.All(messages, message =>
            Assert.Throws<SerializationException>(() => serializer.FromBinary(serializer.ToBinary(message), serializer.Manifest(message))));

        static T Only<T>() => MessageSamples.All().OfType<T>().Single();
        static PhaseOne.Parameters Fresh(PhaseOne.Parameters message) => message with { Work = MessageSamples.Work(1) };
        static PhaseTwo.TrainReplica Lent(PhaseTwo.TrainReplica message) => message with { Work = MessageSamples.Work(1) };
    }

    [Fact]
    public void Questions_and_sums_that_cannot_be_are_refused()
    {
        var serializer = Serializer();
        var good = MessageSamples.Compute(1, 1);
        var bytes = serializer.ToBinary(good);
        // Gates that are drawn, and a question with as little as there may be, survive as well.
        var request = new SumRequest(SumKind.Gram, SparseVector.Empty(4)) { Gates = Gates.Random(ulong.MaxValue), ChunkCount = 1 };
        var small = (RecoverySums.Compute)serializer.FromBinary(serializer.ToBinary(good with { Order = good.Order with { Request = request } }), "rc");
        Assert.Equal(ulong.MaxValue, small.Order.Request.Gates!.Seed);
        Assert.Equal(0, small.Order.Request.Point.Count);
        // A vector's indices ascend by construction; its values are numbers, its blocks have a length.
        Assert.Throws<SerializationException>(() => serializer.FromBinary(Replace(bytes, BitConverter.GetBytes(-1.5), BitConverter.GetBytes(double.NaN)), "rc"));
        Assert.Throws<SerializationException>(() => serializer.FromBinary(Replace(bytes, BitConverter.GetBytes(12), BitConverter.GetBytes(0)), "rc"));
        // An index beyond all numbers of neurons.
        var far = serializer.ToBinary(good with { Samples = good.Samples with { Layers = [new(1, [int.MaxValue], [1])] } });
        Assert.Throws<SerializationException>(() => serializer.FromBinary(Replace(far, [0xFF, 0xFF, 0xFF, 0xFF, 0x07], [0x80, 0x80, 0x80, 0x80, 0x08]), "rc"));

        static byte[] Replace(byte[] bytes, byte[] old, byte[] with)
        {
            var copy = bytes.ToArray();
            var at = copy.AsSpan().IndexOf(old);
            Assert.True(at >= 0);
            with.CopyTo(copy, at);
            return copy;
        }
    }

    [Fact]
    public void A_shard_that_there_is_not_has_no_gradient()
    {
        using var gradients = new ShardGradients(TestJob.Create(workers: 2), threads: 1);
        using var work = MessageSamples.FilledWork(1);
        foreach (var shard in (int[])[-1, 2, int.MaxValue])
            Assert.Throws<ArgumentOutOfRangeException>(() => gradients.Gradient(work.Replica, shard, 0, 0, work.Gradients));
        Assert.Throws<ArgumentOutOfRangeException>(() => gradients.Gradient(work.Replica, 1, 0, 99, work.Gradients));
    }

    [Fact]
    public void Unknown_manifests_versions_and_types_are_refused()
    {
        var serializer = Serializer();
        var bytes = serializer.ToBinary(new Membership.Joined(1, "a", 1, 0));
        Assert.Throws<SerializationException>(() => serializer.FromBinary(bytes, "zz"));
        Assert.Throws<SerializationException>(() => serializer.FromBinary([1, .. bytes[1..]], "mw"));
        Assert.Throws<SerializationException>(() => serializer.ToBinary("text"));
    }

    [Fact]
    public void Index_arrays_travel_only_for_topologies_that_the_receiver_does_not_know()
    {
        var serializer = Serializer();
        PhaseOne.Parameters Message(IReadOnlyList<ulong> known, WorkSet work) =>
            new(1, "w", 1, 1, 1, new(1, 0, 0, 0), false, RefusalReason.None, known, new(work));
        using var network = TestJob.Filled(1);
        ulong[] ids = [.. network.Parameters.Sparse.Select(layer => layer.Topology.Id)];
        var whole = serializer.ToBinary(Message([0, 0, 0], WorkSet.For(network)));
        var short_ = serializer.ToBinary(Message(ids, WorkSet.For(network)));
        var indices = network.Parameters.Sparse.Sum(layer => 4 * (layer.Topology.ConnectionCount + layer.Topology.OutputCount + 1 + 3));
        Assert.Equal(whole.Length - indices, short_.Length);
        var copy = (PhaseOne.Parameters)serializer.FromBinary(short_, "1p");
        Assert.True(copy.Work.TryTake(out var work));
        Assert.True(network.Parameters.Sparse[1].Values.Span.SequenceEqual(work.Replica.Parameters.Sparse[1].Values.Span));
        work.Dispose();

        // A system that never saw those topologies cannot read the short form, and says so.
        using var other = new ProtocolSerializer((ExtendedActorSystem)_system);
        var error = Assert.Throws<SerializationException>(() => other.FromBinary(short_, "1p"));
        Assert.Contains("is not known here", error.Message, StringComparison.Ordinal);
        Assert.IsType<PhaseOne.Parameters>(other.FromBinary(whole, "1p"));
    }

    [Fact]
    public void A_topology_travels_as_a_change_to_whoever_knows_the_one_before()
    {
        var serializer = Serializer();
        using var other = new ProtocolSerializer((ExtendedActorSystem)_system);
        using var late = new ProtocolSerializer((ExtendedActorSystem)_system);
        PhaseOne.Parameters Message(IReadOnlyList<ulong> known, Network network) =>
            new(1, "w", 1, 1, 1, new(1, 0, 0, 0), false, RefusalReason.None, known, new(WorkSet.For(network)));
        ulong[] Ids(Network network) => [.. network.Parameters.Sparse.Select(layer => layer.Topology.Id)];

        var job = TestJob.Create();
        using var network = Network.Create(new() { LayerSizes = [60, 80, 9], Epsilon = 6 }, new RandomSource(7));
        var first = Ids(network);
        var whole = serializer.ToBinary(Message([], network));
        other.FromBinary(whole, "1p");
        late.FromBinary(whole, "1p");
        for (var epoch = 0; epoch < 5; epoch++)
        {
            var known = Ids(network);
            using var evolution = EpochEvolution.Run(network, job.Training, job.Random, epoch);
            var bytes = serializer.ToBinary(Message(known, network));
            // A connection that came takes about two bytes, one that went about one; an index array would take four for each of all.
            Assert.InRange(whole.Length - bytes.Length, 2.5 * network.ConnectionCount, 4.0 * network.ConnectionCount);
            var copy = (PhaseOne.Parameters)other.FromBinary(bytes, "1p");
            Assert.True(copy.Work.TryTake(out var work));
            for (var layer = 0; layer < network.Parameters.Sparse.Count; layer++)
            {
                var (expected, actual) = (network.Parameters.Sparse[layer].Topology, work.Replica.Parameters.Sparse[layer].Topology);
                Assert.Equal(expected.Id, actual.Id);
                // The output layer does not evolve.
                Assert.Equal(layer == 0, expected.Id != known[layer]);
                if (layer == 0) Assert.Equal(known[layer], actual.ParentId);
                for (var row = 0; row < expected.OutputCount; row++) Assert.True(expected.Row(row).SequenceEqual(actual.Row(row)));
                Assert.True(network.Parameters.Sparse[layer].Values.Span.SequenceEqual(work.Replica.Parameters.Sparse[layer].Values.Span));
            }
            work.Dispose();
        }

        // Whoever was away for several evolutions gets the indices.
        Assert.IsType<PhaseOne.Parameters>(late.FromBinary(serializer.ToBinary(Message(first, network)), "1p"));
    }

    [Fact]
    public void Writing_a_message_uses_its_lease_up()
    {
        var serializer = Serializer();
        var message = MessageSamples.All().OfType<PhaseOne.GradientPush>().Single();
        serializer.ToBinary(message);
        Assert.False(message.Work.TryTake(out _));
        Assert.Throws<SerializationException>(() => serializer.ToBinary(message));
    }

    private static (IProtocolMessage Message, string Manifest) Sample(ProtocolSerializer serializer, string name)
    {
        var message = MessageSamples.Travelling().Single(message => message.GetType().FullName == name);
        return (message, serializer.Manifest(message));
    }

    private static void Release(object message)
    {
        foreach (var property in message.GetType().GetProperties())
        {
            switch (property.GetValue(message))
            {
                case Lease<WorkSet> lease when lease.TryTake(out var work): work.Dispose(); break;
            }
        }
    }

    private static void AssertSame(object? expected, object? actual, string path)
    {
        if (expected is null || actual is null)
        {
            Assert.True(expected == actual, path);
            return;
        }
        var type = expected.GetType();
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Lease<>)) return;
        if (expected is SparseVector vector)
        {
            Assert.True(vector.IsSame((SparseVector)actual), path);
            return;
        }
        if (expected is string || type.IsPrimitive || type.IsEnum)
        {
            Assert.Equal(expected, actual);
            return;
        }
        if (expected is IEnumerable list)
        {
            var others = ((IEnumerable)actual).Cast<object>().ToArray();
            var items = list.Cast<object>().ToArray();
            Assert.True(items.Length == others.Length, path);
            for (var index = 0; index < items.Length; index++) AssertSame(items[index], others[index], $"{path}[{index}]");
            return;
        }
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            AssertSame(property.GetValue(expected), property.GetValue(actual), $"{path}.{property.Name}");
    }

    private ProtocolSerializer Serializer() => (ProtocolSerializer)_system.Serialization.FindSerializerForType(typeof(Membership.Join));
}
