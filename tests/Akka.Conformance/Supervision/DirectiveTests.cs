using Akka.Actor;
using Akka.Conformance.Support;

namespace Akka.Conformance.Supervision;

/// <summary>What a supervisor's answer does to the child that failed, to its siblings and to the supervisor.</summary>
public sealed class DirectiveTests : ConformanceTest
{
    private static readonly Crash s_crash = new("boom");

    [Fact]
    public void Resume_keeps_the_state()
    {
        var child = StartChild(Supervisor.Always(Directive.Resume));

        Assert.Equal([1, 3], CountAroundCrash(child));
    }

    [Fact]
    public void Restart_clears_the_state()
    {
        var child = StartChild(Supervisor.Always(Directive.Restart));

        Assert.Equal([1, 1], CountAroundCrash(child));
    }

    [Fact]
    public void Stop_terminates_the_child()
    {
        var child = StartChild(Supervisor.Always(Directive.Stop));
        Watch(child);

        child.Tell(s_crash);

        ExpectTerminated(child);
    }

    [Fact]
    public void Escalate_makes_the_supervisor_fail_with_the_child_s_exception()
    {
        var failures = CreateTestProbe();
        var top = Sys.ActorOf(Supervisor.Props(new OneForOneStrategy(error =>
        {
            failures.Tell(error);
            return Directive.Restart;
        })));
        top.Tell(Supervisor.Props(Supervisor.Always(Directive.Escalate)), TestActor);
        var middle = ExpectMsg<IActorRef>();
        middle.Tell(Counter.Props, TestActor);
        var child = ExpectMsg<IActorRef>();
        Watch(child);
        Watch(middle);

        child.Tell(s_crash);

        Assert.Equal("boom", failures.ExpectMsg<CrashException>().Message);
        // The restart of the one in the middle stops its children.
        ExpectTerminated(child);
        middle.Tell("alive?", TestActor);
        ExpectMsg("alive?");
    }

    [Fact]
    public void Escalation_climbs_to_the_level_that_decides()
    {
        const int depth = 10;
        var decisions = CreateTestProbe();
        var top = Sys.ActorOf(Supervisor.Props(new OneForOneStrategy(error =>
        {
            decisions.Tell(error.Message);
            return Directive.Stop;
        })));
        var lowest = top;
        for (var level = 0; level < depth; level++)
        {
            lowest.Tell(Supervisor.Props(Supervisor.Always(Directive.Escalate)), TestActor);
            lowest = ExpectMsg<IActorRef>();
        }

        Watch(lowest);
        lowest.Tell(s_crash);

        ExpectTerminated(lowest);
        decisions.ExpectMsg("boom");
        top.Tell("alive?", TestActor);
        ExpectMsg("alive?");
    }

    [Fact]
    public void OneForOne_leaves_the_siblings_alone()
    {
        var supervisor = Sys.ActorOf(Supervisor.Props(Supervisor.Always(Directive.Restart)));
        var (failing, sibling) = StartTwo(supervisor);

        Assert.Equal([1, 1], CountAroundCrash(failing));

        Assert.Equal(2, Count(sibling));
    }

    [Fact]
    public void AllForOne_restarts_the_siblings_too()
    {
        var supervisor = Sys.ActorOf(Supervisor.Props(new AllForOneStrategy(_ => Directive.Restart)));
        var hooks = CreateTestProbe();
        supervisor.Tell(HookActor.Props(hooks, "sibling"), TestActor);
        var sibling = ExpectMsg<IActorRef>();
        supervisor.Tell(Counter.Props, TestActor);
        var failing = ExpectMsg<IActorRef>();
        Assert.Equal(1, Count(sibling));

        failing.Tell(s_crash);

        var expected = (string[])["constructor", "PreStart", "PreRestart boom ", "PostStop", "constructor", "PostRestart boom", "PreStart"];
        Assert.Equal(expected.Select(hook => $"sibling: {hook}"), hooks.ReceiveN(expected.Length));
        Assert.Equal(1, Count(sibling));
    }

    [Fact]
    public void AllForOne_stops_the_siblings_too()
    {
        var supervisor = Sys.ActorOf(Supervisor.Props(new AllForOneStrategy(_ => Directive.Stop)));
        var (failing, sibling) = StartTwo(supervisor);
        Watch(failing);
        Watch(sibling);

        failing.Tell(s_crash);

        var gone = new[] { ExpectMsg<Terminated>().ActorRef, ExpectMsg<Terminated>().ActorRef };
        Assert.Equal(new[] { failing, sibling }.Order(), gone.Order());
    }

    [Fact]
    public void The_decider_sees_the_exception_and_Sender_is_the_child_that_failed()
    {
        var supervisor = Sys.ActorOf(Props.Create(() => new SenderSpy(TestActor)));
        supervisor.Tell(Counter.Props, TestActor);
        var child = ExpectMsg<IActorRef>();

        child.Tell(s_crash);

        Assert.Equal(("boom", child), ExpectMsg<(string, IActorRef)>());
    }

    [Fact]
    public void Without_a_strategy_of_its_own_a_supervisor_restarts_the_child()
    {
        var child = StartChild(SupervisorStrategy.DefaultStrategy);

        Assert.Equal([1, 1], CountAroundCrash(child));
    }

    [Fact]
    public void The_stopping_strategy_stops_the_child()
    {
        var child = StartChild(SupervisorStrategy.StoppingStrategy);
        Watch(child);

        child.Tell(s_crash);

        ExpectTerminated(child);
    }

    [Fact]
    public void The_default_decider_stops_what_cannot_start_or_was_killed_and_restarts_the_rest()
    {
        var decider = SupervisorStrategy.DefaultDecider;

        Assert.Equal(Directive.Stop, decider.Decide(new ActorInitializationException("")));
        Assert.Equal(Directive.Stop, decider.Decide(new ActorKilledException("")));
        Assert.Equal(Directive.Stop, decider.Decide(new DeathPactException(TestActor)));
        Assert.Equal(Directive.Restart, decider.Decide(new CrashException("")));
    }

    [Fact]
    public void A_failing_decider_escalates_its_own_failure()
    {
        var failures = CreateTestProbe();
        var top = Sys.ActorOf(Supervisor.Props(new OneForOneStrategy(error =>
        {
            failures.Tell(error.GetBaseException().Message);
            return Directive.Restart;
        })));
        top.Tell(Supervisor.Props(new OneForOneStrategy(_ => throw new CrashException("undecided"))), TestActor);
        var middle = ExpectMsg<IActorRef>();
        middle.Tell(Counter.Props, TestActor);

        ExpectMsg<IActorRef>().Tell(s_crash);

        failures.ExpectMsg("undecided");
    }

    [Fact]
    public void Failures_are_logged_as_errors_of_the_child_with_their_cause()
    {
        var child = StartChild(Supervisor.Always(Directive.Restart));

        EventFilter.Exception<CrashException>("boom", source: child.Path.ToString()).ExpectOne(() => child.Tell(s_crash));
    }

    private IActorRef StartChild(SupervisorStrategy strategy)
    {
        var supervisor = Sys.ActorOf(Supervisor.Props(strategy));
        supervisor.Tell(Counter.Props, TestActor);
        return ExpectMsg<IActorRef>();
    }

    private (IActorRef Failing, IActorRef Sibling) StartTwo(IActorRef supervisor)
    {
        supervisor.Tell(Counter.Props, TestActor);
        var failing = ExpectMsg<IActorRef>();
        supervisor.Tell(Counter.Props, TestActor);
        var sibling = ExpectMsg<IActorRef>();
        Assert.Equal(1, Count(sibling));
        return (failing, sibling);
    }

    private int Count(IActorRef actor)
    {
        actor.Tell("count", TestActor);
        return ExpectMsg<int>();
    }

    private int[] CountAroundCrash(IActorRef actor)
    {
        var before = Count(actor);
        actor.Tell(s_crash);
        return [before, Count(actor)];
    }

    private sealed class SenderSpy(IActorRef probe) : UntypedActor
    {
        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(error =>
        {
            probe.Tell((error.Message, Sender));
            return Directive.Restart;
        });

        protected override void OnReceive(object message) => Sender.Tell(Context.ActorOf((Props)message));
    }
}
