using ActorSparse.Actors.Cluster;
using ActorSparse.Model.Coordination;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;

namespace ActorSparse.Actors.Tests.Cluster;

/// <summary>For whom the gate waits when a run ends in its second life; time is the test's.</summary>
public sealed class GateEndTests() : GateTest(s_hocon)
{
    private static readonly Config s_hocon = ConfigurationFactory.ParseString("""
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        """).WithFallback(Hocon);

    private TimeSpan LeaveTimeout => LinkSettings.From(Sys.Settings.Config).LeaveTimeout;

    [Fact]
    public async Task A_worker_that_has_not_come_back_from_the_life_before_is_waited_for_and_told()
    {
        var gate = BeginSecondLife();
        await End(gate);
        var end = CreateTestProbe();
        Assert.Equal(new(RunId, "a", 1, RunOutcome.Failed, "lost"), Join("a", Link(gate, "a", end), end));
        Assert.False(Result.Task.IsCompleted);
        Sys.Stop(end);
        using var network = (await Result.Task.WaitAsync(RemainingOrDefault)).Network;
    }

    [Fact]
    public async Task One_that_does_not_come_back_is_waited_for_no_longer_than_workers_have_to_leave()
    {
        var gate = BeginSecondLife();
        await End(gate);
        ((TestScheduler)Sys.Scheduler).Advance(LeaveTimeout);
        using var network = (await Result.Task.WaitAsync(RemainingOrDefault)).Network;
    }

    // In the first life nothing else sets a time.
    [Fact]
    public async Task A_worker_that_stays_is_waited_for_no_longer_than_workers_have_to_leave()
    {
        var gate = Open(minWorkers: 1);
        Link(gate, "a", CreateTestProbe());
        await End(gate);
        Assert.False(Result.Task.IsCompleted);
        ((TestScheduler)Sys.Scheduler).Advance(LeaveTimeout);
        using var network = (await Result.Task.WaitAsync(RemainingOrDefault)).Network;
    }

    [Fact]
    public async Task Who_had_the_time_to_come_back_is_not_waited_for()
    {
        var gate = BeginSecondLife();
        ((TestScheduler)Sys.Scheduler).Advance(LeaveTimeout);
        await End(gate);
        using var network = (await Result.Task.WaitAsync(RemainingOrDefault)).Network;
    }

    // Without the worker of the first, which has a link no longer.
    private IActorRef BeginSecondLife()
    {
        var gate = Open(minWorkers: 1);
        Link(gate, "a", CreateTestProbe());
        gate.Tell(Finished(RunOutcome.Diverged));
        AwaitAssert(() => Assert.Contains(Listener.Events, item => item.Kind == RunEvent.Retried));
        return gate;
    }

    private async Task End(IActorRef gate)
    {
        Watch(await Sys.ActorSelection(gate.Path / "coordinator").ResolveOne(RemainingOrDefault));
        gate.Tell(Finished(RunOutcome.Failed) with { Error = "lost" });
        ExpectMsg<Terminated>();
    }
}
