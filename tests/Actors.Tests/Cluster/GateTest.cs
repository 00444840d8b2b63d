using ActorSparse.Actors.Cluster;
using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Serialization;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Coordination;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;

namespace ActorSparse.Actors.Tests.Cluster;

/// <summary>A gate with a coordinator; probes play the workers' ends of links.</summary>
public abstract class GateTest : Akka.TestKit.Xunit2.TestKit
{
    private protected const ulong RunId = 9;

    private long _transfers;

    private protected GateTest(Config hocon) : base(hocon) { }

    // So few pieces under way that a message larger than a frame has more.
    private protected static Config Hocon { get; } = ConfigurationFactory.ParseString("""
        akka.actor.provider = local
        akka.test.single-expect-default = 60s
        actorsparse.cluster.chunks-under-way = 4
        """)
        .WithFallback(ConfigurationFactory.ParseString(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "hocon", "cluster.conf"))))
        .WithFallback(TestSettings.Hocon);

    private protected static Nodes.Training Training { get; } = new(RunId, NodeProtocol.Version, "", "{ }", "config", "digits", "data");

    private protected RecordingListener Listener { get; } = new();

    private protected TaskCompletionSource<RunResult> Result { get; } = new();

    private protected static Nodes.Connect Connect(string worker) => new(RunId, NodeProtocol.Version, worker, "data", "config");

    /// <summary>From the coordinator: how its life ended.</summary>
    private protected static Progress.Finished Finished(RunOutcome outcome) =>
        (Progress.Finished)MessageSamples.All(RunId).Last() with { Outcome = outcome };

    private protected IActorRef Open(int minWorkers)
    {
        var job = TestJob.Create() with { RunId = RunId };
        var turn = new TaskCompletionSource<IActorRef>();
        var gate = Sys.ActorOf(Props.Create(() => new GateActor(turn)));
        gate.Tell(new Nodes.AskTraining(NodeProtocol.Version)); // no answer: there is no run yet
        gate.Tell(new OpenGate(new(Training, minWorkers, LinkFormat.Of(job, LinkSettings.From(Sys.Settings.Config))), new TrainingOrder(
            self => new()
            {
                Job = job,
                Settings = TestSettings.Protocol,
                State = TestJob.Begin(job),
                Listener = self,
                TopologyProps = TopologyActor.Props(job),
            },
            RunId, Listener, Result)));
        return gate;
    }

    /// <summary>The coordinator's end of a new link to <paramref name="end"/>.</summary>
    private protected static IActorRef Link(IActorRef gate, string worker, TestProbe end)
    {
        gate.Tell(Connect(worker), end);
        end.FishForMessage(message => message is Nodes.Connected);
        return end.LastSender;
    }

    /// <summary>The answer to a worker that joins by a link when the run is over. It asks again, as the gate may learn of that later.</summary>
    private protected Membership.Dismissed Join(string worker, IActorRef link, TestProbe end)
    {
        var serializer = new ProtocolSerializer((ExtendedActorSystem)Sys);
        var join = new Membership.Join(0, worker, 1, TestJob.Create().ConfigurationHash);
        var bytes = serializer.ToBinary(join);
        Nodes.Chunk? answer = null;
        AwaitAssert(() =>
        {
            link.Tell(new Nodes.Chunk(new(++_transfers, 0, bytes.Length, serializer.Manifest(join), bytes)), end);
            answer = Assert.IsType<Nodes.Chunk>(end.FishForMessage(message => message is Nodes.Chunk, max: TimeSpan.FromSeconds(0.5)));
        });
        return Assert.IsType<Membership.Dismissed>(serializer.Read([answer!.Piece.Bytes], answer.Piece.Manifest));
    }
}
