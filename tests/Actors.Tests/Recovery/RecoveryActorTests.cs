using System.Runtime.CompilerServices;
using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Recovery;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Recovery;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;

namespace ActorSparse.Actors.Tests.Recovery;

public sealed class RecoveryActorTests : TestKit
{
    private static readonly Config s_backoff = ConfigurationFactory.ParseString("""
        akka.loglevel = OFF
        akka.test.single-expect-default = 60s
        akka.scheduler.tick-duration = 10ms
        actorsparse.protocol.worker-backoff-min = 5ms
        actorsparse.protocol.worker-backoff-max = 20ms
        """);

    private readonly RecoveryData _data = PlantedNetwork.Draw(12, 5, 8, seed: 3).Sample(256 * 6, seed: 4, chunkTiles: 1);

    public RecoveryActorTests() : base(s_backoff.WithFallback(TestSettings.Hocon)) { }

    protected override void AfterAll()
    {
        base.AfterAll();
        _data.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Workers_find_what_one_thread_finds(int workers)
    {
        var steps = _data.Steps();
        await RecoveryActors.RunAsync(Sys, _data, steps, workers);
        _data.AssertAlone(steps);
    }

    [Fact]
    public async Task Workers_that_die_amid_a_step_change_nothing()
    {
        var (steps, orders) = (_data.Steps(), new StrongBox<int>());
        await RecoveryActors.RunAsync(Sys, _data, steps, 3, setup => setup with
        {
            WorkerProps = (coordinator, name, incarnation) => Props.Create(() => new ShortLived(
                self => setup.WorkerProps!(self, name, incarnation), coordinator, orders)),
            Settings = setup.Settings with { WorkerHealthyAfterResults = 1 },
        });
        Assert.True(orders.Value > 30, $"{orders.Value} orders");
        _data.AssertAlone(steps);
    }

    [Fact]
    public async Task A_worker_that_dies_always_is_given_up_and_the_others_do_its_share()
    {
        var (steps, lives) = (_data.Steps(), new StrongBox<int>());
        await RecoveryActors.RunAsync(Sys, _data, steps, 2, setup => setup with
        {
            WorkerProps = (coordinator, name, incarnation) => name == "worker-0"
                ? Props.Create(() => new Dying(coordinator, name, incarnation, lives)) : setup.WorkerProps!(coordinator, name, incarnation),
            Settings = setup.Settings with { WorkerRestarts = new(2, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1)) },
        });
        Assert.InRange(lives.Value, 1, 3);
        _data.AssertAlone(steps);
    }

    [Fact]
    public async Task Without_workers_it_fails()
    {
        var lives = new StrongBox<int>();
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => RecoveryActors.RunAsync(Sys, _data, _data.Steps(), 2, setup => setup with
        {
            WorkerProps = (coordinator, name, incarnation) => Props.Create(() => new Dying(coordinator, name, incarnation, lives)),
            Settings = setup.Settings with { WorkerRestarts = new(1, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1)) },
        }));
        Assert.Contains("died too often", failure.Message);
        Assert.Equal(4, lives.Value);
    }

    [Fact]
    public void Of_two_workers_of_one_name_the_second_is_refused()
    {
        var coordinator = Coordinator(shares: 1);
        Join(coordinator, "a");
        var second = CreateTestProbe();
        coordinator.Tell(new Membership.Join(0, "a", 1, 0), second);
        Assert.Equal(RefusalReason.NameTaken, second.ExpectMsg<Membership.Refused>().Reason);
    }

    // The test plays both workers, as links of other nodes do.
    [Fact]
    public void The_share_of_a_worker_that_falls_silent_goes_to_the_one_that_is_idle()
    {
        var coordinator = Coordinator(shares: 2);
        var (first, second) = (Join(coordinator, "a"), Join(coordinator, "b"));
        Solve(coordinator);
        var lost = first.ExpectMsg<RecoverySums.Compute>();
        var other = second.ExpectMsg<RecoverySums.Compute>();
        Answer(second, other);
        // As its timer would.
        coordinator.Tell(new RecoveryMessage.Silent("a", 1));
        var taken = second.ExpectMsg<RecoverySums.Compute>();
        Assert.Equal((lost.Order.Ticket, lost.Order.Share), (taken.Order.Ticket, taken.Order.Share));
        // Late, but it lives: the next question is for it as well.
        Answer(first, lost);
        Answer(second, taken);
        Assert.Equal(lost.Order.Ticket + 1, first.ExpectMsg<RecoverySums.Compute>().Order.Ticket);
    }

    [Fact]
    public async Task Workers_come_and_go_between_questions_and_the_last_one_does_all_that_is_left()
    {
        var coordinator = Coordinator(shares: 1);
        var steps = _data.Steps();
        var result = Solve(coordinator, steps);
        var first = Join(coordinator, "a");
        var order = first.ExpectMsg<RecoverySums.Compute>();
        Assert.Equal((0, 6), (order.Order.FirstChunk, order.Order.EndChunk));
        var second = Join(coordinator, "b");
        Answer(first, order);
        // From the next question on there is a share for each.
        var (left, right) = (first.ExpectMsg<RecoverySums.Compute>(), second.ExpectMsg<RecoverySums.Compute>());
        Assert.Equal((3, 3), (left.Order.EndChunk, right.Order.FirstChunk));
        Answer(first, left);
        Sys.Stop(second);
        var all = first.ExpectMsg<RecoverySums.Compute>();
        Assert.Equal(right.Order.Share, all.Order.Share);
        Answer(first, all);
        // A later life takes the place of the one before, and its share.
        order = first.ExpectMsg<RecoverySums.Compute>();
        var again = Join(coordinator, "a", incarnation: 2);
        Assert.Equal(order.Order, again.ExpectMsg<RecoverySums.Compute>().Order);
        Answer(first, order);
        Assert.Equal(RefusalReason.OldIncarnation, first.ExpectMsg<Membership.Refused>().Reason);
        Answer(again, order with { Incarnation = 2 });
        AnswerAll(again, result, _ => { });
        await result;
        _data.AssertAlone(steps);
    }

    [Fact]
    public void A_worker_that_joins_again_gets_its_order_again_and_sums_that_cannot_be_are_refused()
    {
        var coordinator = Coordinator(shares: 1);
        var worker = Join(coordinator, "a");
        Solve(coordinator);
        var order = worker.ExpectMsg<RecoverySums.Compute>();
        coordinator.Tell(new Membership.Join(0, "a", 1, 0), worker);
        worker.ExpectMsg<Membership.Joined>();
        Assert.Equal(order.Order, worker.ExpectMsg<RecoverySums.Compute>().Order);
        Answer(worker, order, nodes => [nodes[0] with { Sums = [] }]);
        Assert.Equal(RefusalReason.Implausible, worker.ExpectMsg<Membership.Refused>().Reason);
        // Whoever has not joined is told so.
        var stranger = CreateTestProbe();
        Answer(stranger, order with { Worker = "z" }, coordinator: coordinator);
        Assert.Equal(RefusalReason.UnknownWorker, stranger.ExpectMsg<Membership.Refused>().Reason);
    }

    [Fact]
    public async Task One_recovery_follows_another_until_workers_are_told_that_it_is_over()
    {
        var coordinator = Coordinator(shares: 1);
        var worker = Join(coordinator, "a");
        long last = 0;
        for (var problem = 0; problem < 2; problem++)
        {
            var steps = _data.Steps();
            var result = Solve(coordinator, steps);
            // What a worker still has of the recovery before answers no question of this one.
            AnswerAll(worker, result, order =>
            {
                Assert.True(order.Ticket > last);
                last = order.Ticket;
            });
            await result;
            _data.AssertAlone(steps);
        }
        Watch(coordinator);
        coordinator.Tell(new RecoveryMessage.End(RunOutcome.Failed, "lost"));
        Assert.Equal(new(0, "a", 1, RunOutcome.Failed, "lost"), worker.FishForMessage<Membership.Dismissed>(_ => true));
        ExpectTerminated(coordinator);
    }

    [Fact]
    public async Task A_recovery_is_stopped_and_the_next_one_begins()
    {
        var coordinator = Coordinator(shares: 1);
        var worker = Join(coordinator, "a");
        var stopped = Solve(coordinator);
        worker.ExpectMsg<RecoverySums.Compute>();
        coordinator.Tell(new Progress.Stop(0));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped.WaitAsync(RemainingOrDefault));
        var left = Solve(coordinator);
        Watch(coordinator);
        // After what it was told before.
        coordinator.Tell(PoisonPill.Instance);
        ExpectTerminated(coordinator);
        await Assert.ThrowsAsync<InvalidOperationException>(() => left.WaitAsync(RemainingOrDefault));
    }

    [Fact]
    public void A_worker_that_hears_nothing_joins_again_and_one_that_is_dismissed_stops()
    {
        var worker = Sys.ActorOf(RecoveryWorkerActor.Props(new("a", 3, TestActor, SampleStore.Of(_data), TimeSpan.FromMilliseconds(20))));
        for (var time = 0; time < 3; time++) Assert.Equal(new(0, "a", 3, 0), ExpectMsg<Membership.Join>());
        Watch(worker);
        // Of another life.
        worker.Tell(new Membership.Dismissed(0, "a", 2, RunOutcome.Completed, null));
        worker.Tell(new Membership.Refused(0, "a", 3, RefusalReason.UnknownWorker, ""));
        worker.Tell(new Membership.Dismissed(0, "a", 3, RunOutcome.Completed, null));
        FishForMessage<Terminated>(_ => true);
    }

    [Fact]
    public async Task A_recovery_that_diverges_says_so()
    {
        _data.Target(7) = double.NaN;
        await Assert.ThrowsAsync<TrainingDivergedException>(() => RecoveryActors.RunAsync(Sys, _data, _data.Steps(), 2));
    }

    private IActorRef Coordinator(int shares) => Sys.ActorOf(RecoveryCoordinatorActor.Props(
        new() { RunId = 0, Shares = shares, Settings = ProtocolSettings.From(Sys.Settings.Config) }));

    private TestProbe Join(IActorRef coordinator, string name, long incarnation = 1)
    {
        var worker = CreateTestProbe();
        coordinator.Tell(new Membership.Join(0, name, incarnation, 0), worker);
        worker.ExpectMsg<Membership.Joined>();
        return worker;
    }

    private Task Solve(IActorRef coordinator, IhtSteps? steps = null)
    {
        var result = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        coordinator.Tell(new RecoveryMessage.Solve(new(0, 0, 0, [], 0), steps ?? _data.Steps(), result));
        return result.Task;
    }

    private void AnswerAll(TestProbe worker, Task result, Action<ShareOrder> check)
    {
        result.PipeTo(worker.Ref, success: () => "over");
        while (worker.ReceiveOne(RemainingOrDefault) is RecoverySums.Compute compute)
        {
            check(compute.Order);
            Answer(worker, compute);
        }
    }

    private void Answer(
        TestProbe worker, RecoverySums.Compute compute, Func<IReadOnlyList<NodeSum>, IReadOnlyList<NodeSum>>? change = null, IActorRef? coordinator = null)
    {
        var nodes = _data.Nodes(compute.Order);
        (coordinator ?? worker.LastSender).Tell(
            new RecoverySums.Computed(0, compute.Worker, compute.Incarnation, compute.Order.Ticket, compute.Order.Share, change?.Invoke(nodes) ?? nodes), worker);
    }

    /// <summary>Stands between the coordinator and a worker of its own, and dies of every seventh of all workers' orders.</summary>
    private sealed class ShortLived : ReceiveActor
    {
        public ShortLived(Func<IActorRef, Props> props, IActorRef coordinator, StrongBox<int> orders)
        {
            var worker = Context.ActorOf(props(Self));
            Receive<IFromWorker>(message => coordinator.Tell(message));
            Receive<IToWorker>(message =>
            {
                if (message is RecoverySums.Compute && Interlocked.Increment(ref orders.Value) % 7 == 0)
                    throw new InvalidOperationException("it dies of this order");
                worker.Tell(message);
            });
        }
    }

    private sealed class Dying : ReceiveActor
    {
        public Dying(IActorRef coordinator, string name, long incarnation, StrongBox<int> lives)
        {
            Interlocked.Increment(ref lives.Value);
            coordinator.Tell(new Membership.Join(0, name, incarnation, 0));
            Receive<Membership.Joined>(_ => { });
            Receive<RecoverySums.Compute>(_ => throw new InvalidOperationException("it dies always"));
        }
    }
}
