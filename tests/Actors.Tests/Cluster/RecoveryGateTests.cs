using ActorSparse.Actors.Cluster;
using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Recovery;
using ActorSparse.Actors.Serialization;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Recovery;
using ActorSparse.Model.Wire;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;

namespace ActorSparse.Actors.Tests.Cluster;

/// <summary>A gate that is opened for recoveries: the messages of a worker through its link, and both ends of it together.</summary>
public sealed class RecoveryGateTests : GateTest
{
    private readonly RecoveryData _data = PlantedNetwork.Draw(12, 5, 8, seed: 3).Sample(256 * 6, seed: 4, chunkTiles: 1);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // A whole recovery, on a machine that may be busy.
    public RecoveryGateTests() : base(ConfigurationFactory.ParseString("akka.test.single-expect-default = 60s").WithFallback(Hocon)) { }

    private static Nodes.Training Recovery { get; } = Training with { Recovery = "planted" };

    private RecoveryJob Job { get; } = new(RunId, SumRequest.BytesMax(32, 12, 1, 1));

    protected override void AfterAll()
    {
        base.AfterAll();
        _data.Dispose();
    }

    // The node is a real one, over its links; only the network between is not there.
    [Fact]
    public async Task A_node_with_two_workers_finds_what_one_thread_finds_and_is_told_the_end()
    {
        var gate = Gate();
        using var samples = new SampleStore(source => PlantedNetwork.Draw(12, source.Neurons, source.Nonzeros, (ulong)source.Seed).Sample(256 * 6, seed: 4, chunkTiles: 1), hasBias: false);
        var outcome = BeginNode(gate, samples, workers: 2);
        var recovery = new ClusterRecovery(gate, RunId, _over.Task);
        for (var time = 0; time < 2; time++)
        {
            var steps = _data.Steps();
            await recovery.RunAsync(new(5, 8, 3, [], _data.ContentHash()), steps, CancellationToken.None).WaitAsync(RemainingOrDefault);
            _data.AssertAlone(steps);
        }
        AwaitAssert(() => Assert.Equal(2, Listener.Events.Count(item => item.Kind == RunEvent.WorkerJoined)));
        await recovery.EndAsync(RunOutcome.Completed, null).WaitAsync(RemainingOrDefault);
        Assert.Equal((WorkerNodeOutcome.Finished, "recovery is over"), await outcome.WaitAsync(RemainingOrDefault));
    }

    [Fact]
    public async Task A_node_whose_samples_are_others_is_rejected_and_the_recovery_waits_for_another()
    {
        var gate = Gate();
        using var samples = new SampleStore(_ => PlantedNetwork.Draw(12, 5, 8, seed: 9).Sample(256 * 6, seed: 4, chunkTiles: 1), hasBias: false);
        var outcome = BeginNode(gate, samples, workers: 1);
        using var stop = new CancellationTokenSource();
        var recovery = new ClusterRecovery(gate, RunId, _over.Task);
        var run = recovery.RunAsync(new(5, 8, 3, [], _data.ContentHash()), _data.Steps(), stop.Token);
        var (why, detail) = await outcome.WaitAsync(RemainingOrDefault);
        Assert.Equal(WorkerNodeOutcome.Rejected, why);
        Assert.Contains("not the coordinator's", detail, StringComparison.Ordinal);
        Assert.False(run.IsCompleted);
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(RemainingOrDefault));
    }

    // The test plays the worker's end.
    [Fact]
    public void A_question_larger_than_a_piece_passes_and_the_sums_come_back()
    {
        var gate = Gate();
        var end = CreateTestProbe();
        gate.Tell(Connect("a"), end);
        end.FishForMessage(message => message is Nodes.Connected);
        var link = end.LastSender;
        var serializer = new ProtocolSerializer((ExtendedActorSystem)Sys);
        Send(new Membership.Join(0, "a", 1, 0), 1);
        Assert.IsType<Membership.Joined>(Receive(1));
        // A layer of 20,000 weights comes with each question.
        var layer = new SparseVector(12, [.. Enumerable.Range(0, 20_000).Select(index => 3L * index)], new double[20_000]);
        var result = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gate.Tell(new RecoveryMessage.Solve(new(5, 8, 3, [layer], 77), _data.Steps(), result));
        var compute = Assert.IsType<RecoverySums.Compute>(Receive(2, pieces: 2));
        Assert.True(compute.Samples.Layers.Single().IsSame(layer));
        using var sums = new SampleSums(_data);
        Send(new RecoverySums.Computed(RunId, "a", 1, compute.Order.Ticket, compute.Order.Share, sums.ComputeNodes(compute.Order.Request, 0, 6)), 2);
        Assert.Equal(compute.Order.Ticket + 1, Assert.IsType<RecoverySums.Compute>(Receive(3, pieces: 2)).Order.Ticket);

        void Send(object message, long transferId)
        {
            var bytes = serializer.ToBinary(message);
            link.Tell(new Nodes.Chunk(new(transferId, 0, bytes.Length, serializer.Manifest(message), bytes)), end);
            end.ExpectMsg<Nodes.ChunkArrived>();
        }

        object Receive(long transferId, int pieces = 1)
        {
            var receiver = new ChunkReceiver(2 * Job.MessageBytesMax + (1 << 20));
            for (var index = 0; ; index++)
            {
                var piece = end.ExpectMsg<Nodes.Chunk>().Piece;
                link.Tell(new Nodes.ChunkArrived(transferId, index), end);
                if (!receiver.TryAdd(piece, out var all)) continue;
                Assert.True(index + 1 >= pieces, $"{index + 1} pieces");
                return serializer.Read(all, piece.Manifest);
            }
        }
    }

    private IActorRef Gate()
    {
        var turn = new TaskCompletionSource<IActorRef>();
        var manager = Sys.ActorOf(Props.Create(() => new Manager(turn)), NodeProtocol.GateManagerName);
        Assert.NotNull(manager);
        var gate = turn.Task.WaitAsync(RemainingOrDefault).GetAwaiter().GetResult();
        gate.Tell(new OpenGate(new(Recovery, 1, LinkFormat.Of(Job, LinkSettings.From(Sys.Settings.Config))), new RecoveryOrder(
            self => new() { RunId = RunId, Shares = 1, Listener = self, Settings = TestSettings.Protocol with { StatusInterval = TimeSpan.FromMilliseconds(10) } },
            RunId, Listener, _over)));
        return gate;
    }

    private Task<(WorkerNodeOutcome Outcome, string Detail)> BeginNode(IActorRef gate, SampleStore samples, int workers)
    {
        long incarnation = 0;
        var setup = new WorkerNodeSetup
        {
            Coordinators = [gate.Path.Address],
            Workers = workers,
            Name = "node",
            Threads = 1,
            Open = training => new RecoveryWorkerJob(Job, samples, training.DataHash, training.ConfigurationHash),
            Say = _ => { },
            NextIncarnation = () => Interlocked.Increment(ref incarnation),
        };
        var outcome = new TaskCompletionSource<(WorkerNodeOutcome Outcome, string Detail)>(TaskCreationOptions.RunContinuationsAsynchronously);
        Sys.ActorOf(Props.Create(() => new WorkerNodeActor(setup, outcome)));
        return outcome.Task;
    }

    // Where the singleton's manager is on a coordinator's node.
    private sealed class Manager : ReceiveActor
    {
        public Manager(TaskCompletionSource<IActorRef> turn) => Context.ActorOf(Props.Create(() => new GateActor(turn)), NodeProtocol.GateName);
    }
}
