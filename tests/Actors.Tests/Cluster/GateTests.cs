using System.Runtime.Serialization;
using ActorSparse.Actors.Cluster;
using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Serialization;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Graph;
using ActorSparse.Model.Graph.Architectures;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Wire;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote;

namespace ActorSparse.Actors.Tests.Cluster;

public sealed class GateTests() : GateTest(Hocon)
{
    [Fact]
    public void A_node_is_told_what_is_trained_unless_it_speaks_another_version()
    {
        var gate = Open(minWorkers: 1);
        var node = CreateTestProbe();
        gate.Tell(new Nodes.AskTraining(NodeProtocol.Version), node);
        Assert.Equal(Training, node.ExpectMsg<Nodes.Training>());
        gate.Tell(new Nodes.AskTraining(NodeProtocol.Version + 1), node);
        Assert.Contains("version", node.ExpectMsg<Nodes.Rejected>().Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_data_and_other_configurations_are_refused_by_name()
    {
        var gate = Open(minWorkers: 1);
        var end = CreateTestProbe();
        gate.Tell(Connect("a") with { DataHash = "other" }, end);
        var rejected = end.ExpectMsg<Nodes.Rejected>().Detail;
        Assert.All(["a", "digits", "other", "data"], part => Assert.Contains(part, rejected, StringComparison.Ordinal));
        gate.Tell(Connect("a") with { ConfigurationHash = "another" }, end);
        Assert.Contains("configuration (another)", end.ExpectMsg<Nodes.Rejected>().Detail, StringComparison.Ordinal);
        Assert.Contains(Listener.Events, item => item.Kind == RunEvent.Refused && item.Text.Contains("digits", StringComparison.Ordinal));
        // One that was meant for an earlier life of the coordinator learns of the present one.
        gate.Tell(Connect("a") with { RunId = RunId + 1 }, end);
        Assert.Equal(Training, end.ExpectMsg<Nodes.Training>());
    }

    [Fact]
    public void Nobody_begins_before_enough_workers_are_there()
    {
        var gate = Open(minWorkers: 2);
        var (first, second) = (CreateTestProbe(), CreateTestProbe());
        gate.Tell(Connect("a"), first);
        Assert.Equal(new(1, 2), first.ExpectMsg<Nodes.Waiting>());
        gate.Tell(Connect("a"), first);
        Assert.Equal(new(1, 2), first.ExpectMsg<Nodes.Waiting>());
        gate.Tell(Connect("b"), second);
        first.FishForMessage(message => message is Nodes.Connected);
        second.FishForMessage(message => message is Nodes.Connected);
        // Asked again, it names the same link.
        gate.Tell(Connect("b"), second);
        second.ExpectMsg<Nodes.Connected>();
        Assert.StartsWith("link-", second.LastSender.Path.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_does_not_say_who_he_is_gets_no_link()
    {
        var gate = Open(minWorkers: 2);
        gate.Tell(Connect("a"), ActorRefs.NoSender);
        var end = CreateTestProbe();
        gate.Tell(Connect("b"), end);
        Assert.Equal(new(1, 2), end.ExpectMsg<Nodes.Waiting>());
        Assert.Contains(Listener.Events, item => item.Kind == RunEvent.Refused && item.Text.Contains("without a sender", StringComparison.Ordinal));
    }

    [Fact]
    public void A_message_larger_than_a_frame_passes_in_small_pieces_and_what_a_worker_may_not_say_does_not()
    {
        var gate = Open(minWorkers: 1);
        var end = CreateTestProbe();
        var link = Link(gate, "a", end);
        var settings = LinkSettings.From(Sys.Settings.Config);
        var serializer = new ProtocolSerializer((ExtendedActorSystem)Sys);

        var join = new Membership.Join(0, "a", 1, TestJob.Create().ConfigurationHash);
        var answer = new Membership.Joined(RunId, "a", 1, 0);
        Send(answer, 1);
        Send(join, 2);
        var joined = Expect();
        Assert.Equal(answer, serializer.Read([joined.Bytes], joined.Manifest));
        link.Tell(new Nodes.ChunkArrived(1, 0), end);

        link.Tell(new PhaseOne.Parameters(
            RunId, "a", 1, 2, 3, new(4, 1, 2, 3), false, RefusalReason.None, new ulong[60_000], MessageSamples.Work(1)));
        var receiver = new ChunkReceiver(settings.MessageLimit(TestJob.Spec));
        for (var count = 0; count < settings.WindowChunks; count++) Assert.False(receiver.TryAdd(Expect(), out _));
        IReadOnlyList<ReadOnlyMemory<byte>>? pieces = null;
        for (var index = 0; pieces is null; index++)
        {
            link.Tell(new Nodes.ChunkArrived(2, index), end);
            receiver.TryAdd(Expect(), out pieces);
        }
        Assert.Equal(60_000, Assert.IsType<PhaseOne.Parameters>(serializer.Read(pieces, "1p")).KnownTopologyIds.Count);

        void Send(object message, long transferId)
        {
            var bytes = serializer.ToBinary(message);
            link.Tell(new Nodes.Chunk(new(transferId, 0, bytes.Length, serializer.Manifest(message), bytes)), end);
            end.ExpectMsg<Nodes.ChunkArrived>();
        }

        // As on the wire, where a frame must hold it.
        MessageChunk Expect()
        {
            var nodes = new NodeSerializer((ExtendedActorSystem)Sys);
            var bytes = nodes.ToBinary(end.ExpectMsg<Nodes.Chunk>());
            Assert.InRange(bytes.Length, 1, settings.ChunkBytes + 256);
            return Assert.IsType<Nodes.Chunk>(nodes.FromBinary(bytes, "nk")).Piece;
        }
    }

    [Fact]
    public void A_broken_connection_ends_the_links_to_that_node_and_to_no_other()
    {
        var gate = Open(minWorkers: 1);
        var end = CreateTestProbe();
        var link = Link(gate, "a", end);
        end.Watch(link);
        var here = end.Ref.Path.Address;
        Sys.EventStream.Publish(new DisassociatedEvent(here, here.WithHost("elsewhere").WithPort(1), inbound: true));
        gate.Tell(Connect("a"), end);
        end.ExpectMsg<Nodes.Connected>();
        Sys.EventStream.Publish(new DisassociatedEvent(here, here, inbound: true));
        end.ExpectTerminated(link);
    }

    [Fact]
    public void Who_is_gone_before_the_run_begins_does_not_count()
    {
        var gate = Open(minWorkers: 2);
        var end = CreateTestProbe();
        var here = end.Ref.Path.Address;
        gate.Tell(Connect("a"), end);
        Assert.Equal(new(1, 2), end.ExpectMsg<Nodes.Waiting>());
        Sys.EventStream.Publish(new DisassociatedEvent(here, here, inbound: true));
        var other = CreateTestProbe();
        gate.Tell(Connect("b"), other);
        Assert.Equal(new(1, 2), other.ExpectMsg<Nodes.Waiting>());
        Link(gate, "a", end);
    }

    [Fact]
    public void After_a_divergence_workers_join_the_next_life_of_the_coordinator_by_new_links()
    {
        var gate = Open(minWorkers: 1);
        var end = CreateTestProbe();
        var link = Link(gate, "a", end);
        end.Watch(link);
        gate.Tell(Finished(RunOutcome.Diverged));
        end.ExpectTerminated(link);
        AwaitAssert(() => Assert.Contains(Listener.Events, item => item.Kind == RunEvent.Retried));
        Assert.NotEqual(link, Link(gate, "a", end));
        Assert.False(Result.Task.IsCompleted);
    }

    [Fact]
    public async Task A_run_ends_when_its_workers_are_gone()
    {
        var gate = Open(minWorkers: 1);
        var end = CreateTestProbe();
        Link(gate, "a", end);
        var coordinator = await Sys.ActorSelection(gate.Path / "coordinator").ResolveOne(RemainingOrDefault);
        Watch(coordinator);
        gate.Tell(new Progress.Stop(RunId));
        ExpectTerminated(coordinator);
        Assert.False(Result.Task.IsCompleted);
        Sys.Stop(end);
        using var network = (await Result.Task.WaitAsync(RemainingOrDefault)).Network;
    }

    [Fact]
    public async Task A_worker_that_joins_while_others_still_leave_is_told_how_the_run_ended()
    {
        var gate = Open(minWorkers: 1);
        var (first, late) = (CreateTestProbe(), CreateTestProbe());
        var early = Link(gate, "a", first);
        var coordinator = await Sys.ActorSelection(gate.Path / "coordinator").ResolveOne(RemainingOrDefault);
        Watch(coordinator);
        gate.Tell(new Progress.Stop(RunId));
        ExpectTerminated(coordinator);

        var link = Link(gate, "b", late);
        Assert.Equal(new(RunId, "b", 1, RunOutcome.Stopped, null), Join("b", link, late));
        // As is one that had a link, but had not joined.
        Assert.Equal(new(RunId, "a", 1, RunOutcome.Stopped, null), Join("a", early, first));
        Sys.Stop(first);
        Sys.Stop(late);
        using var network = (await Result.Task.WaitAsync(RemainingOrDefault)).Network;
    }

    [Fact]
    public void A_configuration_that_workers_cannot_be_sent_is_refused_before_the_run_begins()
    {
        string Refusal(string configuration) => Assert.Throws<InvalidInputException>(
            () => CoordinatorNode.CheckTravels(Training with { Configuration = configuration })).Message;
        CoordinatorNode.CheckTravels(Training with { Configuration = new('x', PackedText.TextBytesMax) });
        Assert.Matches("too long .*a text of 1048577 bytes; expected at most 1048576", Refusal(new('x', PackedText.TextBytesMax + 1)));
        // Hexadecimal digits of random bytes pack to half of their length.
        var noise = new byte[70_000];
        new Random(1).NextBytes(noise);
        Assert.Matches("too long .*a text of 7[0-9]{4} bytes; expected at most 65536", Refusal(Convert.ToHexString(noise)));
    }

    [Fact]
    public void The_configuration_of_a_network_with_hundreds_of_layers_travels()
    {
        var text = GraphText.Format(NamedNetworks.Create("resnet-1202", new(3, 32, 32), 10));
        Assert.InRange(text.Length, 200_000, PackedText.TextBytesMax);
        using var bytes = MessageTable.BetweenNodes.Write(Training with { Configuration = text }, new());
        var segments = Enumerable.Range(0, bytes.Count).Select(index => bytes[index]).ToList();
        Assert.InRange(segments.Sum(segment => segment.Length), 1, 20_000);
        Assert.Equal(text, ((Nodes.Training)MessageTable.BetweenNodes.Read(segments, "nt")).Configuration);
    }

    [Theory]
    [InlineData(-1, 0, "a text of -1 bytes")]
    [InlineData(1 << 30, 0, "expected at most 1048576")]
    [InlineData(99, 0, "more than 99 bytes")]
    [InlineData(101, 0, "damaged")]
    [InlineData(100, 5, "damaged")]
    public void A_packed_text_is_as_long_as_it_claims_or_refused(int claim, int missing, string refusal)
    {
        var writer = new WireWriter();
        PackedText.Write(writer, string.Concat(Enumerable.Range(0, 50).Select(number => $"{number:00}")), 1000);
        using var written = writer.Finish();
        byte[] packed = written.ToArray()[(2 * sizeof(int))..];
        byte[] bytes = [.. BitConverter.GetBytes(claim), .. BitConverter.GetBytes(packed.Length - missing), .. packed[..(packed.Length - missing)]];
        var error = Assert.Throws<SerializationException>(() => PackedText.Read(new([bytes])));
        Assert.Contains(refusal, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_piece_must_fit_into_a_frame()
    {
        var tooLarge = ConfigurationFactory.ParseString("actorsparse.cluster.chunk-size = 128KiB").WithFallback(Hocon);
        var error = Assert.Throws<Model.InvalidInputException>(() => LinkSettings.From(tooLarge));
        Assert.Contains("chunk-size", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_largest_message_follows_from_the_network_unless_it_is_set()
    {
        var millions = new NetworkSpec { LayerSizes = [65_536, 16_700_000, 16_700_000, 16_700_000, 10], Epsilon = 2 };
        var settings = LinkSettings.From(Hocon);
        Assert.InRange(settings.MessageLimit(millions), 4_000_000_000, 10_000_000_000);
        Assert.InRange(settings.MessageLimit(TestJob.Spec), 1 << 20, 2 << 20);
        var set = ConfigurationFactory.ParseString("actorsparse.cluster.message-size-max = 3GiB").WithFallback(Hocon);
        Assert.Equal(3L << 30, LinkSettings.From(set).MessageLimit(millions));
    }
}
