using Akka.Actor;
using Akka.Conformance.Support;
using Akka.Pattern;
using Akka.TestKit;

namespace Akka.Conformance.Supervision;

/// <summary>Restarts that wait longer each time, in virtual time.</summary>
public sealed class BackoffTests : ConformanceTest
{
    private static readonly TimeSpan s_min = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_max = TimeSpan.FromSeconds(4);

    public BackoffTests()
        : base($"akka.scheduler.implementation = \"{typeof(TestScheduler).AssemblyQualifiedName}\"")
    {
    }

    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    private Props ChildProps => HookActor.Props(TestActor, "child");

    [Fact]
    public void OnFailure_starts_the_child_again_after_delays_that_double_up_to_the_maximum()
    {
        var supervisor = Start(Backoff.OnFailure(ChildProps, "child", s_min, s_max, 0, -1).WithManualReset());

        foreach (var seconds in (int[])[1, 2, 4, 4])
        {
            CrashChild(supervisor);
            Clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            AssertNoChild(supervisor);
            Clock.Advance(TimeSpan.FromMilliseconds(1));
            ExpectStart();
        }
    }

    [Fact]
    public void Stopping_the_supervisor_stops_the_child_for_good()
    {
        var supervisor = Start(Backoff.OnStop(ChildProps, "child", s_min, s_max, 0, -1));
        Watch(supervisor);

        Sys.Stop(supervisor);

        ExpectMsg("child: PostStop");
        ExpectTerminated(supervisor);
        Clock.Advance(s_max);
        Assert.False(HasMessages);
    }

    [Fact]
    public void OnStop_waits_after_the_child_has_stopped_itself()
    {
        var supervisor = Start(Backoff.OnStop(ChildProps, "child", s_min, s_max, 0, -1).WithManualReset());

        foreach (var seconds in (int[])[1, 2, 4, 4])
        {
            var child = CurrentChild(supervisor);
            Watch(child);
            child.Tell(PoisonPill.Instance);
            ExpectMsg("child: PostStop");
            ExpectTerminated(child);
            AssertNoChild(supervisor);
            Clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            AssertNoChild(supervisor);
            Clock.Advance(TimeSpan.FromMilliseconds(1));
            ExpectStart();
        }
    }

    [Fact]
    public void The_supervisor_forwards_to_the_child()
    {
        var supervisor = Start(Backoff.OnFailure(ChildProps, "child", s_min, s_max, 0, -1));

        supervisor.Tell("count", TestActor);
        supervisor.Tell("count", TestActor);

        ExpectMsg(1);
        ExpectMsg(2);
    }

    [Fact]
    public void Restarts_are_counted_and_a_manual_reset_clears_the_count()
    {
        var supervisor = Start(Backoff.OnFailure(ChildProps, "child", s_min, s_max, 0, -1).WithManualReset());
        CrashChild(supervisor);
        Clock.Advance(s_min);
        ExpectStart();
        Assert.Equal(1, RestartCount(supervisor));

        supervisor.Tell(BackoffSupervisor.Reset.Instance);

        Assert.Equal(0, RestartCount(supervisor));
        CrashChild(supervisor);
        Clock.Advance(s_min);
        ExpectStart();
    }

    [Fact]
    public void The_count_resets_itself_after_a_quiet_time()
    {
        var supervisor = Start(Backoff.OnFailure(ChildProps, "child", s_min, s_max, 0, -1).WithAutoReset(TimeSpan.FromSeconds(10)));
        CrashChild(supervisor);
        Clock.Advance(s_min);
        ExpectStart();
        Assert.Equal(1, RestartCount(supervisor));

        Clock.Advance(TimeSpan.FromSeconds(10));

        AwaitAssert(() => Assert.Equal(0, RestartCount(supervisor)), Patience, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public void A_supervisor_stops_when_its_restarts_are_used_up()
    {
        var supervisor = Start(Backoff.OnFailure(ChildProps, "child", s_min, s_max, 0, 1).WithManualReset());
        Watch(supervisor);
        CrashChild(supervisor);
        Clock.Advance(s_min);
        ExpectStart();

        CurrentChild(supervisor).Tell(new Crash("once more"));

        ExpectMsg("child: PostStop");
        ExpectTerminated(supervisor);
    }

    private IActorRef Start(BackoffOptions options)
    {
        var supervisor = Sys.ActorOf(BackoffSupervisor.Props(options), "supervisor");
        ExpectStart();
        return supervisor;
    }

    private void ExpectStart()
    {
        ExpectMsg("child: constructor");
        ExpectMsg("child: PreStart");
    }

    private void CrashChild(IActorRef supervisor)
    {
        var child = CurrentChild(supervisor);
        Watch(child);
        child.Tell(new Crash("boom"));
        ExpectMsg("child: PostStop");
        ExpectTerminated(child);
        AssertNoChild(supervisor);
    }

    private IActorRef CurrentChild(IActorRef supervisor)
    {
        supervisor.Tell(BackoffSupervisor.GetCurrentChild.Instance, TestActor);
        return ExpectMsg<BackoffSupervisor.CurrentChild>().Ref;
    }

    private void AssertNoChild(IActorRef supervisor) =>
        AwaitAssert(() => Assert.True(CurrentChild(supervisor).IsNobody()), Patience, TimeSpan.FromMilliseconds(1));

    private int RestartCount(IActorRef supervisor)
    {
        supervisor.Tell(BackoffSupervisor.GetRestartCount.Instance, TestActor);
        return ExpectMsg<BackoffSupervisor.RestartCount>().Count;
    }
}
