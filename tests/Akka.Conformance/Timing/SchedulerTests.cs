using Akka.Actor;
using Akka.Conformance.Support;
using Akka.TestKit;

namespace Akka.Conformance.Timing;

/// <summary>The scheduler of the system, in virtual time: what is sent when.</summary>
public sealed class SchedulerTests : ConformanceTest
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    public SchedulerTests()
        : base($"akka.scheduler.implementation = \"{typeof(TestScheduler).AssemblyQualifiedName}\"")
    {
    }

    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void A_message_told_once_comes_once_from_the_given_sender()
    {
        var echo = Echo();
        Clock.ScheduleTellOnce(s_second, TestActor, "hello", echo);

        Clock.Advance(s_second);

        ExpectMsg("hello");
        Assert.Equal(echo, LastSender);
        Clock.Advance(10 * s_second);
        Assert.False(HasMessages);
    }

    [Fact]
    public void A_message_told_repeatedly_comes_after_the_delay_and_then_at_each_interval()
    {
        Clock.ScheduleTellRepeatedly(2 * s_second, s_second, TestActor, "hello", ActorRefs.NoSender);

        Clock.Advance(s_second);
        Assert.False(HasMessages);
        for (var i = 0; i < 5; i++)
        {
            Clock.Advance(s_second);
            ExpectMsg("hello");
        }
    }

    [Fact]
    public void Messages_come_in_the_order_of_their_times()
    {
        Clock.ScheduleTellOnce(3 * s_second, TestActor, "third", ActorRefs.NoSender);
        Clock.ScheduleTellOnce(s_second, TestActor, "first", ActorRefs.NoSender);
        Clock.ScheduleTellOnce(2 * s_second, TestActor, "second", ActorRefs.NoSender);

        Clock.Advance(5 * s_second);

        ExpectMsg("first");
        ExpectMsg("second");
        ExpectMsg("third");
    }

    [Fact]
    public void A_cancelled_message_does_not_come()
    {
        var once = Clock.ScheduleTellOnceCancelable(s_second, TestActor, "once", ActorRefs.NoSender);
        var repeated = Clock.ScheduleTellRepeatedlyCancelable(s_second, s_second, TestActor, "repeated", ActorRefs.NoSender);
        Clock.Advance(s_second);
        ReceiveN(2);

        once.Cancel();
        repeated.Cancel();
        Clock.Advance(10 * s_second);

        Assert.True(repeated.IsCancellationRequested);
        Assert.False(HasMessages);
    }

    [Fact]
    public void A_cancelable_may_be_given()
    {
        using var cancelable = new Cancelable(Sys.Scheduler);
        Clock.ScheduleTellOnce(s_second, TestActor, "hello", ActorRefs.NoSender, cancelable);

        cancelable.Cancel();
        Clock.Advance(s_second);

        Assert.True(cancelable.IsCancellationRequested);
        Assert.True(cancelable.Token.IsCancellationRequested);
        Assert.False(HasMessages);
    }

    [Fact]
    public void Actions_run_too()
    {
        var runs = 0;
        Clock.Advanced.ScheduleOnce(s_second, () => runs++);
        Clock.Advanced.ScheduleRepeatedly(s_second, s_second, () => runs += 10);

        Clock.Advance(s_second);
        Clock.Advance(s_second);

        Assert.Equal(21, runs);
    }

    [Fact]
    public void The_clock_moves_with_virtual_time()
    {
        var before = Sys.Scheduler.Now;

        Clock.Advance(s_second);

        Assert.Equal(s_second, Sys.Scheduler.Now - before);
    }
}
