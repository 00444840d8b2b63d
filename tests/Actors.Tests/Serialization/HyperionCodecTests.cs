using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Serialization;
using System.Text;
using ActorSparse.Actors.Cluster;
using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Serialization;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Numerics;
using Akka.Actor;
using Akka.Serialization;
using Hyperion;

namespace ActorSparse.Actors.Tests.Serialization;

public sealed class HyperionCodecTests : IDisposable
{
    private const int ControlBytesMax = 4096;

    private readonly ActorSystem _system = ActorSystem.Create("hyperion", TestSettings.Hocon);
    private readonly ProtocolSerializer _training;
    private readonly NodeSerializer _nodes;

    public HyperionCodecTests()
    {
        _training = new((ExtendedActorSystem)_system);
        _nodes = new((ExtendedActorSystem)_system);
    }

    private static object[] Samples =>
    [
        .. MessageSamples.Travelling().Where(message => message is not (IWorkRequest or IWorkAnswer or RecoverySums.Compute or RecoverySums.Computed)),
        .. MessageSamples.BetweenNodes()
            .Where(message => message is not (Nodes.Training or Nodes.AskTraining or Nodes.Rejected or Nodes.Chunk or Nodes.ChunkArrived)),
    ];

    public static TheoryData<string> Names => [.. Samples.Select(sample => sample.GetType().FullName!)];

    public void Dispose()
    {
        _training.Dispose();
        _system.Terminate().Wait();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_record_comes_back_as_it_was(string name)
    {
        var (message, serializer, manifest) = Sample(name);
        Assert.Equal(message, serializer.FromBinary(serializer.ToBinary(message), manifest));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Bytes_that_were_cut_changed_or_made_up_give_a_record_or_are_refused(string name)
    {
        var (message, serializer, manifest) = Sample(name);
        var bytes = serializer.ToBinary(message);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<SerializationException>(() => serializer.FromBinary(bytes[..length], manifest));
        Assert.Throws<SerializationException>(() => serializer.FromBinary([.. bytes, 0], manifest));
        for (var bit = 8; bit < 8 * bytes.Length; bit++)
        {
            byte[] damaged = [.. bytes];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            ReadOrRefuse(damaged);
        }
        var random = new RandomSource(3).Stream("made up");
        for (var round = 0; round < 2_000; round++)
        {
            byte[] made = [bytes[0], .. Enumerable.Range(0, random.NextInt32(200)).Select(_ => (byte)random.NextInt32(256))];
            ReadOrRefuse(made);
        }

        void ReadOrRefuse(byte[] read)
        {
            try
            {
                Assert.Equal(message.GetType(), serializer.FromBinary(read, manifest).GetType());
            }
            catch (SerializationException)
            {
                // Refused.
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_bytes_claim_costs_no_memory(string name)
    {
        var (message, serializer, manifest) = Sample(name);
        var bytes = serializer.ToBinary(message);
        // A text of 1 GiB wherever one may stand, with all its lengths up to there.
        foreach (var claim in new[] { 1 << 30, int.MaxValue, -1, int.MinValue, bytes.Length })
        {
            for (var at = 1; at < bytes.Length; at++)
            {
                byte[] claiming = [.. bytes[..at], 255, .. BitConverter.GetBytes(claim), .. bytes[at..]];
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    serializer.FromBinary(claiming, manifest);
                }
                catch (SerializationException)
                {
                    // Refused.
                }
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
            }
        }
    }

    [Fact]
    public void Longer_texts_pass_up_to_the_bound_and_what_exceeds_it_is_refused_before_it_is_read()
    {
        Membership.Leave Leave(int length) => new(1, "a", 2, new('ä', length));
        foreach (var length in new[] { 0, 126, 127, 128, 300, 2_000 })
            Assert.Equal(Leave(length), _training.FromBinary(_training.ToBinary(Leave(length)), "ml"));
        Assert.Throws<SerializationException>(() => _training.ToBinary(Leave(ControlBytesMax / 2)));
        var tooLarge = new byte[100_000];
        tooLarge[0] = _training.ToBinary(Leave(1))[0];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<SerializationException>(() => _training.FromBinary(tooLarge, "ml"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000);
        Assert.Contains("expected at most 4096", error.Message, StringComparison.Ordinal);
        // A configuration and the lines of many workers are larger.
        var status = new Nodes.Status(new('x', 60_000));
        Assert.Equal(status, _nodes.FromBinary(_nodes.ToBinary(status), "nu"));
        Assert.Throws<SerializationException>(() => _nodes.ToBinary(new Nodes.Status(new('x', 1 << 16))));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_text_that_is_missing_is_refused_where_the_record_has_one(string name)
    {
        var (message, serializer, manifest) = Sample(name);
        var bytes = serializer.ToBinary(RuntimeHelpers.GetUninitializedObject(message.GetType()));
        if (message.GetType().GetProperties().Any(property => property.PropertyType == typeof(string)))
            Assert.Contains("damaged", Assert.Throws<SerializationException>(() => serializer.FromBinary(bytes, manifest)).Message,
                StringComparison.Ordinal);
        else
            serializer.FromBinary(bytes, manifest);
    }

    [Fact]
    public void Values_that_an_enum_does_not_have_are_refused_and_texts_that_may_be_missing_are_not()
    {
        Assert.All(Enum.GetValues<RefusalReason>(), reason => Read(new Membership.Refused(1, "a", 2, reason, "")));
        Assert.All(Enum.GetValues<RunOutcome>(), outcome => Read(new Membership.Dismissed(1, "a", 2, outcome, null)));
        Assert.Throws<SerializationException>(() => Read(new Membership.Refused(1, "a", 2, (RefusalReason)200, "")));
        Assert.Throws<SerializationException>(() => Read(new Membership.Dismissed(1, "a", 2, (RunOutcome)255, null)));

        void Read(object message) =>
            Assert.Equal(message, _training.FromBinary(_training.ToBinary(message), _training.Manifest(message)));
    }

    // As Hyperion writes it: types that are abused elsewhere, arrays, types as values, our own types by name, and from another assembly.
    [Fact]
    public void Nothing_in_the_bytes_names_a_type()
    {
        var open = new Hyperion.Serializer(SerializerOptions.Default.WithDisallowUnsafeType(false));
        object[] strange =
        [
            new Version(1, 2), new byte[100], new int[100], new object[] { "a" }, new List<string> { "a" },
            new Dictionary<string, object>(),
            new InvalidOperationException("a"), typeof(FileInfo), new Uri("file:///a"), "text", 1L, Tuple.Create<object>(1),
            new Membership.Join(1, "a", 2, 3), new Membership.Refused(1, "a", 2, RefusalReason.None, "x"),
        ];
        string[] names =
        [
            "System.Diagnostics.Process, System.Diagnostics.Process", "System.IO.FileInfo, System.Private.CoreLib",
            "ActorSparse.Actors.Messages.Membership+Join, Elsewhere", "ActorSparse.Actors.Messages.Membership+Join, ActorSparse.Actors",
            "No.Such.Type, Nowhere",
        ];
        var written = strange.Select(item =>
        {
            using var bytes = new MemoryStream();
            open.Serialize(item, bytes);
            return bytes.ToArray();
        }).Concat(names.SelectMany<string, byte[]>(name => [Named(255, name), Named(251, name)])).ToList();
        foreach (var sample in Samples)
        {
            var (_, serializer, manifest) = Sample(sample.GetType().FullName!);
            var version = serializer.ToBinary(sample)[0];
            foreach (var bytes in written)
            {
                try
                {
                    Assert.Equal(sample.GetType(), serializer.FromBinary([version, .. bytes], manifest).GetType());
                }
                catch (SerializationException)
                {
                    // Refused.
                }
                Assert.All(names, name => Assert.Throws<SerializationException>(() => serializer.FromBinary([version, .. bytes], name)));
            }
        }
        Assert.DoesNotContain(AppDomain.CurrentDomain.GetAssemblies(), assembly => assembly.GetName().Name is "Elsewhere" or "Nowhere");
        foreach (var item in strange.Where(item => item is not IProtocolMessage))
        {
            Assert.Throws<SerializationException>(() => _training.ToBinary(item));
            Assert.Throws<SerializationException>(() => _nodes.ToBinary(item));
        }

        static byte[] Named(byte marker, string name) =>
            [marker, .. BitConverter.GetBytes(name.Length), .. Encoding.UTF8.GetBytes(name), .. new byte[20]];
    }

    [Fact]
    public void Records_for_whose_fields_Hyperion_would_ask_the_bytes_are_not_taken()
    {
        Assert.Throws<ArgumentException>(() => HyperionCodec.For<HasEnum>("xe"));
        Assert.Throws<ArgumentException>(() => HyperionCodec.For<HasList>("xl"));
        Assert.Throws<ArgumentException>(() => HyperionCodec.For<HasObject>("xo"));
        Assert.Throws<ArgumentException>(() => HyperionCodec.For<HasRecord>("xr"));
        Assert.Throws<ArgumentException>(() => HyperionCodec.For<HasOptional>("xn"));
    }

    // Why the codec never lets Hyperion find out what comes. Should this fail one day, Hyperion has become safer than it was.
    [Theory]
    [InlineData(new byte[] { 9, 0, 0, 0, 4 })]
    [InlineData(new byte[] { 252, 8, 0, 0, 0, 1 })]
    [InlineData(new byte[] { 7, 255, 0, 0, 0, 4 })]
    [InlineData(new byte[] { 255, 0, 0, 0, 4 })]
    public void Hyperion_left_to_itself_sets_memory_aside_for_claims_whatever_types_it_may_read(byte[] frame)
    {
        var filtered = new Hyperion.Serializer(
            SerializerOptions.Default.WithTypeFilter(TypeFilterBuilder.Create().Include<Membership.Join>().Build()));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.ThrowsAny<Exception>(() => { filtered.Deserialize(new MemoryStream(frame)); });
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 64 << 20, long.MaxValue);
    }

    private (object Message, SerializerWithStringManifest Serializer, string Manifest) Sample(string name)
    {
        var message = Samples.Single(sample => sample.GetType().FullName == name);
        SerializerWithStringManifest serializer = message is INodeMessage ? _nodes : _training;
        return (message, serializer, serializer.Manifest(message));
    }

    private sealed record HasEnum(RefusalReason Reason);

    private sealed record HasList(IReadOnlyList<string> Lines);

    private sealed record HasObject(object Anything);

    private sealed record HasRecord(HasEnum Inner);

    private sealed record HasOptional(int? Number);
}
