using System.Collections.Concurrent;
using ActorSparse.Actors.Cluster;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Coordination;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote;
using Akka.TestKit;

namespace ActorSparse.Actors.Tests.Cluster;

/// <summary>A worker node on an actor system with a probe as its coordinator's gate.</summary>
public sealed class WorkerNodeTests : Akka.TestKit.Xunit2.TestKit
{
    private static readonly Address s_elsewhere = new("akka.tcp", NodeProtocol.SystemName, "elsewhere", 1);

    private static readonly Config s_hocon = ConfigurationFactory.ParseString("akka.actor.provider = local")
        .WithFallback(ConfigurationFactory.ParseString(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "hocon", "cluster.conf"))))
        .WithFallback(TestSettings.Hocon);

    private readonly ConcurrentQueue<string> _said = [];
    private readonly TaskCompletionSource<(WorkerNodeOutcome Outcome, string Detail)> _outcome =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TestProbe _gate;

    public WorkerNodeTests() : base(s_hocon)
    {
        _gate = CreateTestProbe();
        var gate = _gate.Ref;
        Sys.ActorOf(Props.Create(() => new Manager(gate)), NodeProtocol.GateManagerName);
    }

    [Fact]
    public async Task A_gate_that_is_gone_ends_this_life_of_the_node()
    {
        Begin(coordinators: 1);
        Sys.Stop(_gate);
        Assert.Equal((WorkerNodeOutcome.CoordinatorLost, "the coordinator is gone"), await EndAsync());
    }

    [Fact]
    public async Task A_node_that_its_coordinator_has_given_up_begins_another_life()
    {
        Begin(coordinators: 1);
        Sys.EventStream.Publish(new ThisActorSystemQuarantinedEvent(s_elsewhere, s_elsewhere));
        Sys.EventStream.Publish(new ThisActorSystemQuarantinedEvent(s_elsewhere, _gate.Ref.Path.Address));
        Assert.Equal((WorkerNodeOutcome.CoordinatorLost, "the coordinator has given this node up"), await EndAsync());
    }

    [Theory]
    [InlineData(1, nameof(WorkerNodeOutcome.Stopped))]
    [InlineData(3, nameof(WorkerNodeOutcome.CoordinatorLost))]
    public async Task A_run_that_was_stopped_goes_on_if_there_are_other_coordinators(int coordinators, string outcome)
    {
        var node = Begin(coordinators);
        node.Tell(new TrainingOver(RunOutcome.Stopped, null));
        Sys.Stop(_gate.LastSender);
        Assert.Equal(outcome, (await EndAsync()).Outcome.ToString());
    }

    // It is as if they came from the node itself.
    [Fact]
    public async Task Messages_without_a_sender_do_not_end_a_node()
    {
        var (setup, outcome) = (Setup([s_elsewhere]), _outcome);
        var node = Sys.ActorOf(Props.Create(() => new WorkerNodeActor(setup, outcome)));
        node.Tell(new Nodes.Rejected("go away"), ActorRefs.NoSender);
        node.Tell(new NodeSignal.LeaveNode(), ActorRefs.NoSender);
        Assert.Equal((WorkerNodeOutcome.Left, "left"), await EndAsync());
    }

    [Fact]
    public void That_it_waits_for_others_is_said_once()
    {
        var node = Begin(coordinators: 1);
        for (var present = 1; present < 4; present++) node.Tell(new Nodes.Waiting(present, 9));
        node.Tell(new WorkerLinked("a"));
        AwaitAssert(() => Assert.Contains("a takes part", _said));
        var waiting = _said.Where(line => line.Contains("waiting", StringComparison.Ordinal));
        Assert.Equal(["waiting for more workers: 1 of 9 are there"], waiting);
    }

    // The node, whose one link has asked the gate for its other end.
    private IActorRef Begin(int coordinators)
    {
        var setup = Setup([_gate.Ref.Path.Address, .. Enumerable.Range(1, coordinators - 1).Select(port => s_elsewhere.WithPort(port))]);
        var outcome = _outcome;
        var node = Sys.ActorOf(Props.Create(() => new WorkerNodeActor(setup, outcome)));
        _gate.ExpectMsg<Nodes.AskTraining>();
        node.Tell(new Nodes.Training(9, NodeProtocol.Version, "", "{ }", "config", "digits", "data"), _gate);
        _gate.FishForMessage(message => message is Nodes.Connect);
        return node;
    }

    private WorkerNodeSetup Setup(IReadOnlyList<Address> coordinators) => new()
    {
        Coordinators = coordinators,
        Workers = 1,
        Name = "a",
        Threads = 1,
        Open = training => new TrainingWorkerJob(TestJob.Create() with { RunId = training.RunId }, training.DataHash, training.ConfigurationHash),
        Say = _said.Enqueue,
        NextIncarnation = () => 1,
    };

    private Task<(WorkerNodeOutcome Outcome, string Detail)> EndAsync() => _outcome.Task.WaitAsync(RemainingOrDefault);

    // Where the singleton's manager is on a coordinator's node.
    private sealed class Manager : ReceiveActor
    {
        public Manager(IActorRef gate) => Context.ActorOf(Props.Create(() => new Forwarder(gate)), NodeProtocol.GateName);
    }

    private sealed class Forwarder : ReceiveActor
    {
        public Forwarder(IActorRef gate) => ReceiveAny(gate.Forward);
    }
}
