using System.Runtime.CompilerServices;
using ActorSparse.Actors.Recovery;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model;
using ActorSparse.Model.Recovery;
using Akka.Actor;
using Akka.Configuration;
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
        var steps = Steps();
        await RecoveryActors.RunAsync(Sys, _data, steps, workers);
        AssertAlone(steps);
    }

    [Fact]
    public async Task Workers_that_die_amid_a_step_change_nothing()
    {
        var (steps, orders) = (Steps(), new StrongBox<int>());
        await RecoveryActors.RunAsync(Sys, _data, steps, 3, setup => setup with
        {
            WorkerProps = (number, _) => Props.Create(() => new ShortLived(setup.WorkerProps(number, 1), orders)),
            Settings = setup.Settings with { WorkerHealthyAfterResults = 1 },
        });
        Assert.True(orders.Value > 30, $"{orders.Value} orders");
        AssertAlone(steps);
    }

    [Fact]
    public async Task A_worker_that_dies_always_is_given_up_and_the_others_do_its_share()
    {
        var (steps, lives) = (Steps(), new StrongBox<int>());
        await RecoveryActors.RunAsync(Sys, _data, steps, 2, setup => setup with
        {
            WorkerProps = (number, incarnation) => number == 0 ? Props.Create(() => new Dying(lives)) : setup.WorkerProps(number, incarnation),
            Settings = setup.Settings with { WorkerRestarts = new(2, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1)) },
        });
        Assert.InRange(lives.Value, 1, 3);
        AssertAlone(steps);
    }

    [Fact]
    public async Task Without_workers_it_fails()
    {
        var lives = new StrongBox<int>();
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => RecoveryActors.RunAsync(Sys, _data, Steps(), 2, setup => setup with
        {
            WorkerProps = (_, _) => Props.Create(() => new Dying(lives)),
            Settings = setup.Settings with { WorkerRestarts = new(1, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1)) },
        }));
        Assert.Contains("died too often", failure.Message);
        Assert.Equal(4, lives.Value);
    }

    // The test plays both workers.
    [Fact]
    public void The_share_of_a_worker_that_falls_silent_goes_to_the_one_that_is_idle()
    {
        var (first, second) = (CreateTestProbe(), CreateTestProbe());
        var setup = Setup(Steps()) with
        {
            WorkerProps = (number, _) => Props.Create(() => new Relay(number == 0 ? first.Ref : second.Ref)),
        };
        Sys.ActorOf(RecoveryCoordinatorActor.Props(setup with { Settings = setup.Settings with { SilenceTimeout = TimeSpan.FromMilliseconds(50) } }));
        var lost = first.ExpectMsg<RecoveryMessage.Compute>().Order;
        var other = second.ExpectMsg<RecoveryMessage.Compute>().Order;
        second.Reply(new RecoveryMessage.Computed(1, other.Ticket, other.Share, Nodes(other)));
        var taken = second.ExpectMsg<RecoveryMessage.Compute>().Order;
        Assert.Equal((lost.Ticket, lost.Share), (taken.Ticket, taken.Share));
        // Late, but it lives: the next question is for it as well.
        first.Reply(new RecoveryMessage.Computed(0, lost.Ticket, lost.Share, Nodes(lost)));
        second.Reply(new RecoveryMessage.Computed(1, taken.Ticket, taken.Share, Nodes(taken)));
        Assert.Equal(lost.Ticket + 1, first.ExpectMsg<RecoveryMessage.Compute>().Order.Ticket);
    }

    [Fact]
    public async Task Workers_are_gone_when_it_is_over_or_stopped()
    {
        var probe = CreateTestProbe();
        var setup = Setup(Steps()) with { WorkerProps = (_, _) => Props.Create(() => new Relay(probe.Ref)) };
        var coordinator = Sys.ActorOf(RecoveryCoordinatorActor.Props(setup));
        probe.ExpectMsg<RecoveryMessage.Compute>();
        var worker = probe.LastSender;
        Watch(coordinator);
        coordinator.Tell(new RecoveryMessage.Stop());
        ExpectTerminated(coordinator);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => setup.Result.Task);
        Assert.NotEqual(ActorRefs.Nobody, worker);
    }

    [Fact]
    public async Task A_recovery_that_diverges_says_so()
    {
        _data.Target(7) = double.NaN;
        await Assert.ThrowsAsync<TrainingDivergedException>(() => RecoveryActors.RunAsync(Sys, _data, Steps(), 2));
    }

    private ScalarIht Steps() => new(new() { Neurons = 5, Budget = 16, Steps = 4 }, _data.Chunks, _data.FeatureCount);

    private RecoverySetup Setup(IhtSteps steps) => new()
    {
        Steps = steps, Workers = 2, Settings = ProtocolSettings.From(Sys.Settings.Config), Result = new(),
        WorkerProps = (number, _) => RecoveryWorkerActor.Props(number, _data),
    };

    private void AssertAlone(ScalarIht steps)
    {
        using var sums = new SampleSums(_data);
        var alone = Steps();
        alone.Run(sums);
        Assert.True(alone.Weights.IsSame(steps.Weights));
        Assert.Equal(alone.Losses, steps.Losses);
    }

    private IReadOnlyList<NodeSum> Nodes(ShareOrder order)
    {
        using var sums = new SampleSums(_data, 1, order.FirstChunk, order.EndChunk);
        return sums.ComputeNodes(order.Request, order.FirstChunk, order.EndChunk);
    }

    /// <summary>Passes orders on to a worker of its own, and dies of every seventh of all workers' orders.</summary>
    private sealed class ShortLived : ReceiveActor
    {
        public ShortLived(Props props, StrongBox<int> orders)
        {
            var worker = Context.ActorOf(props);
            Receive<RecoveryMessage.Compute>(compute =>
            {
                if (Interlocked.Increment(ref orders.Value) % 7 == 0) throw new InvalidOperationException("it dies of this order");
                worker.Tell(compute);
            });
            Receive<RecoveryMessage.Computed>(computed => Context.Parent.Tell(computed));
        }
    }

    private sealed class Dying : ReceiveActor
    {
        public Dying(StrongBox<int> lives)
        {
            Interlocked.Increment(ref lives.Value);
            Receive<RecoveryMessage.Compute>(_ => throw new InvalidOperationException("it dies always"));
        }
    }

    /// <summary>Stands for a worker that the test plays.</summary>
    private sealed class Relay : ReceiveActor
    {
        public Relay(IActorRef player)
        {
            Receive<RecoveryMessage.Compute>(player.Tell);
            Receive<RecoveryMessage.Computed>(computed => Context.Parent.Tell(computed));
        }
    }
}
