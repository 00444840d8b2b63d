using System.Diagnostics;
using Akka.Actor;
using Akka.Conformance.Support;

namespace Akka.Conformance.Supervision;

/// <summary>How many restarts a strategy allows, per child and per window.</summary>
public sealed class RestartWindowTests : ConformanceTest
{
    private static readonly Crash s_crash = new("boom");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    public void A_child_is_stopped_at_the_failure_after_the_last_restart_allowed(int restarts)
    {
        var child = StartChild(new OneForOneStrategy(restarts, TimeSpan.FromHours(1), _ => Directive.Restart));
        for (var i = 0; i < restarts; i++)
        {
            child.Tell(s_crash);
            AssertAlive(child);
        }

        Watch(child);
        child.Tell(s_crash);

        ExpectTerminated(child);
    }

    [Fact]
    public void Zero_restarts_stop_the_child_at_once()
    {
        var child = StartChild(new OneForOneStrategy(0, TimeSpan.FromHours(1), _ => Directive.Restart));
        Watch(child);

        child.Tell(s_crash);

        ExpectTerminated(child);
    }

    [Fact]
    public void A_number_without_a_window_counts_for_the_whole_life()
    {
        var child = StartChild(new OneForOneStrategy(2, Timeout.InfiniteTimeSpan, _ => Directive.Restart));
        child.Tell(s_crash);
        child.Tell(s_crash);
        AssertAlive(child);
        Watch(child);

        child.Tell(s_crash);

        ExpectTerminated(child);
    }

    [Fact]
    public void Minus_one_without_a_window_restarts_for_ever()
    {
        var child = StartChild(new OneForOneStrategy(-1, Timeout.InfiniteTimeSpan, _ => Directive.Restart));

        for (var i = 0; i < 200; i++)
        {
            child.Tell(s_crash);
        }

        AssertAlive(child);
    }

    [Fact]
    public void A_window_without_a_number_allows_one_restart_in_it()
    {
        var child = StartChild(new OneForOneStrategy(-1, TimeSpan.FromHours(1), _ => Directive.Restart));
        child.Tell(s_crash);
        AssertAlive(child);
        Watch(child);

        child.Tell(s_crash);

        ExpectTerminated(child);
    }

    [Fact]
    public void A_new_window_begins_when_the_old_one_is_over()
    {
        var window = TimeSpan.FromMilliseconds(5);
        var child = StartChild(new OneForOneStrategy(1, window, _ => Directive.Restart));

        for (var i = 0; i < 5; i++)
        {
            child.Tell(s_crash);
            AssertAlive(child);
            var restarted = Stopwatch.StartNew();
            SpinWait.SpinUntil(() => restarted.Elapsed > 4 * window);
        }
    }

    [Fact]
    public void Resume_does_not_count_as_a_restart()
    {
        var child = StartChild(new OneForOneStrategy(1, TimeSpan.FromHours(1), _ => Directive.Resume));

        for (var i = 0; i < 20; i++)
        {
            child.Tell(s_crash);
        }

        AssertAlive(child);
    }

    [Fact]
    public void Each_child_of_OneForOne_has_a_count_of_its_own()
    {
        var supervisor = Sys.ActorOf(Supervisor.Props(new OneForOneStrategy(2, TimeSpan.FromHours(1), _ => Directive.Restart)));
        var first = StartChildOf(supervisor);
        var second = StartChildOf(supervisor);

        foreach (var child in (IActorRef[])[first, second, first, second])
        {
            child.Tell(s_crash);
            AssertAlive(child);
        }
    }

    [Fact]
    public void AllForOne_stops_all_children_when_one_has_used_up_its_restarts()
    {
        var supervisor = Sys.ActorOf(Supervisor.Props(new AllForOneStrategy(1, TimeSpan.FromHours(1), _ => Directive.Restart)));
        var first = StartChildOf(supervisor);
        var second = StartChildOf(supervisor);
        first.Tell(s_crash);
        AssertAlive(first);
        Watch(first);
        Watch(second);

        first.Tell(s_crash);

        var gone = new[] { ExpectMsg<Terminated>().ActorRef, ExpectMsg<Terminated>().ActorRef };
        Assert.Equal(new[] { first, second }.Order(), gone.Order());
    }

    private IActorRef StartChild(SupervisorStrategy strategy) => StartChildOf(Sys.ActorOf(Supervisor.Props(strategy)));

    private IActorRef StartChildOf(IActorRef supervisor)
    {
        supervisor.Tell(Counter.Props, TestActor);
        return ExpectMsg<IActorRef>();
    }

    private void AssertAlive(IActorRef child)
    {
        child.Tell("count", TestActor);
        ExpectMsg<int>();
    }
}
