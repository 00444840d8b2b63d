using ActorSparse.Actors.Cluster;
using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Serialization;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Networks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote;
using Akka.TestKit;

namespace ActorSparse.Actors.Tests.Cluster;

public sealed class GateTests() : Akka.TestKit.Xunit2.TestKit(s_hocon)
{
    private const ulong RunId = 9;

    // So few pieces under way that a message larger than a frame has more.
    private static readonly Config s_hocon = ConfigurationFactory.ParseString("""
        akka.actor.provider = local
        actorsparse.cluster.chunks-under-way = 4
        """)
        .WithFallback(ConfigurationFactory.ParseString(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "hocon", "cluster.conf"))))
        .WithFallback(TestJob.Hocon);

    private static readonly Nodes.Training s_training = new(RunId, NodeProtocol.Version, "{ }", "config", "digits", "data", 2);

    [Fact]
    public void A_node_is_told_what_is_trained_unless_it_speaks_another_version()
    {
        var (gate, _) = Open(minWorkers: 1);
        var node = CreateTestProbe();
        gate.Tell(new Nodes.AskTraining(NodeProtocol.Version), node);
        Assert.Equal(s_training, node.ExpectMsg<Nodes.Training>());
        gate.Tell(new Nodes.AskTraining(NodeProtocol.Version + 1), node);
        Assert.Contains("version", node.ExpectMsg<Nodes.Rejected>().Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_data_and_other_configurations_are_refused_by_name()
    {
        var (gate, run) = Open(minWorkers: 1);
        var end = CreateTestProbe();
        gate.Tell(Connect("a") with { DataHash = "other" }, end);
        var rejected = end.ExpectMsg<Nodes.Rejected>().Detail;
        Assert.All(["a", "digits", "other", "data"], part => Assert.Contains(part, rejected, StringComparison.Ordinal));
        gate.Tell(Connect("a") with { ConfigurationHash = "another" }, end);
        Assert.Contains("configuration (another)", end.ExpectMsg<Nodes.Rejected>().Detail, StringComparison.Ordinal);
        Assert.Contains("digits", run.ExpectMsg<Progress.Happened>().Text, StringComparison.Ordinal);
        // One that was meant for an earlier life of the coordinator learns of the present one.
        gate.Tell(Connect("a") with { RunId = RunId + 1 }, end);
        Assert.Equal(s_training, end.ExpectMsg<Nodes.Training>());
    }

    [Fact]
    public void Nobody_begins_before_enough_workers_are_there()
    {
        var (gate, _) = Open(minWorkers: 2);
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
    public void A_message_larger_than_a_frame_passes_in_small_pieces_and_what_a_worker_may_not_say_does_not()
    {
        var (gate, run) = Open(minWorkers: 1);
        var end = CreateTestProbe();
        gate.Tell(Connect("a"), end);
        end.FishForMessage(message => message is Nodes.Connected);
        var link = end.LastSender;
        var settings = LinkSettings.From(Sys.Settings.Config);
        var serializer = new ProtocolSerializer((ExtendedActorSystem)Sys);

        var join = new Membership.Join(0, "a", 1, 5);
        var joined = new Membership.Joined(RunId, "a", 1, 0);
        Send(joined, 1);
        Send(join, 2);
        Assert.Equal(join, run.FishForMessage<Membership.Join>(_ => true));
        Assert.Equal(link, run.LastSender);

        link.Tell(new PhaseOne.Parameters(
            RunId, "a", 1, 2, 3, new(4, 1, 2, 3), RefusalReason.None, new ulong[60_000], MessageSamples.Work(1)));
        var receiver = new ChunkReceiver(settings.MessageLimit(TestJob.Spec));
        for (var count = 0; count < settings.WindowChunks; count++) Assert.False(receiver.TryAdd(Expect(), out _));
        IReadOnlyList<ReadOnlyMemory<byte>>? pieces = null;
        for (var index = 0; pieces is null; index++)
        {
            link.Tell(new Nodes.ChunkArrived(1, index), end);
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
        var (gate, _) = Open(minWorkers: 1);
        var end = CreateTestProbe();
        gate.Tell(Connect("a"), end);
        end.FishForMessage(message => message is Nodes.Connected);
        var link = end.LastSender;
        end.Watch(link);
        var here = end.Ref.Path.Address;
        Sys.EventStream.Publish(new DisassociatedEvent(here, here.WithHost("elsewhere").WithPort(1), inbound: true));
        gate.Tell(Connect("a"), end);
        end.ExpectMsg<Nodes.Connected>();
        Sys.EventStream.Publish(new DisassociatedEvent(here, here, inbound: true));
        end.ExpectTerminated(link);
    }

    [Fact]
    public void A_gate_is_closed_when_its_workers_are_gone()
    {
        var (gate, _) = Open(minWorkers: 1);
        var (end, closer) = (CreateTestProbe(), CreateTestProbe());
        gate.Tell(Connect("a"), end);
        end.FishForMessage(message => message is Nodes.Connected);
        gate.Tell(CloseGate.Instance, closer);
        closer.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Sys.Stop(end);
        closer.ExpectMsg<CloseGate>();
    }

    [Fact]
    public void A_piece_must_fit_into_a_frame()
    {
        var tooLarge = ConfigurationFactory.ParseString("actorsparse.cluster.chunk-size = 128KiB").WithFallback(s_hocon);
        var error = Assert.Throws<Model.InvalidInputException>(() => LinkSettings.From(tooLarge));
        Assert.Contains("chunk-size", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_largest_message_follows_from_the_network_unless_it_is_set()
    {
        var millions = new NetworkSpec { LayerSizes = [65_536, 16_700_000, 16_700_000, 16_700_000, 10], Epsilon = 2 };
        var settings = LinkSettings.From(s_hocon);
        Assert.InRange(settings.MessageLimit(millions), 4_000_000_000, 10_000_000_000);
        Assert.InRange(settings.MessageLimit(TestJob.Spec), 1 << 20, 2 << 20);
        var set = ConfigurationFactory.ParseString("actorsparse.cluster.message-size-max = 3GiB").WithFallback(s_hocon);
        Assert.Equal(3L << 30, LinkSettings.From(set).MessageLimit(millions));
    }

    private static Nodes.Connect Connect(string worker) => new(RunId, NodeProtocol.Version, worker, "data", "config");

    // A coordinator and its parent, played by one probe; the gate has found it once a worker is no longer kept waiting.
    private (IActorRef Gate, TestProbe Run) Open(int minWorkers)
    {
        var probe = CreateTestProbe();
        var run = Sys.ActorOf(Props.Create(() => new PlayedRun(probe)));
        var setup = new GateSetup(s_training, minWorkers, TestJob.Create());
        return (Sys.ActorOf(Props.Create(() => new GateActor(setup, run))), probe);
    }

    private sealed class PlayedRun : ReceiveActor
    {
        public PlayedRun(IActorRef probe)
        {
            Context.ActorOf(Props.Create(() => new PlayedCoordinator(probe)), "coordinator");
            ReceiveAny(probe.Forward);
        }
    }

    private sealed class PlayedCoordinator : ReceiveActor
    {
        public PlayedCoordinator(IActorRef probe) => ReceiveAny(probe.Forward);
    }
}
