using Akka.Actor;
using Akka.Conformance.Support;

namespace Akka.Conformance.Timing;

/// <summary>The scheduler that systems run with; nothing here depends on how long a wait takes.</summary>
public sealed class RealTimeSchedulerTests : ConformanceTest
{
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void Messages_and_actions_come()
    {
        Sys.Scheduler.ScheduleTellOnce(s_soon, TestActor, "message", ActorRefs.NoSender);
        ExpectMsg("message");

        Sys.Scheduler.Advanced.ScheduleOnce(s_soon, () => TestActor.Tell("action"));
        ExpectMsg("action");

        Sys.Scheduler.ScheduleTellOnce(TimeSpan.Zero, TestActor, "at once", ActorRefs.NoSender);
        ExpectMsg("at once");
    }

    [Fact]
    public void A_repeated_message_comes_until_it_is_cancelled()
    {
        var repeated = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(s_soon, s_soon, TestActor, "tick", ActorRefs.NoSender);
        for (var i = 0; i < 5; i++)
        {
            ExpectMsg("tick");
        }

        repeated.Cancel();
    }

    [Fact]
    public void A_failing_action_does_not_stop_the_scheduler()
    {
        Sys.Scheduler.Advanced.ScheduleOnce(TimeSpan.Zero, () => throw new CrashException("boom"));
        Sys.Scheduler.ScheduleTellOnce(s_soon, TestActor, "still running", ActorRefs.NoSender);

        ExpectMsg("still running");
    }

    [Fact]
    public void Cancelling_before_the_time_keeps_the_message_from_coming()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var cancelled = Sys.Scheduler.ScheduleTellOnceCancelable(TimeSpan.FromHours(1), TestActor, "never", ActorRefs.NoSender);
            cancelled.Cancel();
            Assert.True(cancelled.IsCancellationRequested);
        }

        Sys.Scheduler.ScheduleTellOnce(s_soon, TestActor, "last", ActorRefs.NoSender);
        ExpectMsg("last");
    }

    [Fact]
    public void Many_threads_schedule_and_cancel_at_the_same_time()
    {
        const int messages = 500;
        Parallel.For(0, 4, thread =>
        {
            for (var i = 0; i < messages; i++)
            {
                var delay = TimeSpan.FromMilliseconds(i % 5);
                Sys.Scheduler.ScheduleTellOnce(delay, TestActor, (thread, i), ActorRefs.NoSender);
                Sys.Scheduler.ScheduleTellOnceCancelable(TimeSpan.FromHours(1), TestActor, "never", ActorRefs.NoSender).Cancel();
            }
        });

        var received = ReceiveN(4 * messages);

        Assert.Equal(4 * messages, received.OfType<(int, int)>().Distinct().Count());
    }

    [Fact]
    public void A_negative_delay_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(-1), TestActor, "never", ActorRefs.NoSender));

    [Fact]
    public void A_cancelable_can_cancel_after_a_delay_and_follow_others()
    {
        using var first = new Cancelable(Sys.Scheduler);
        var linked = Cancelable.CreateLinkedCancelable(Sys.Scheduler, first);
        using var cancelled = new ManualResetEventSlim();
        using var registration = linked.Token.Register(cancelled.Set);

        first.CancelAfter(s_soon);

        Assert.True(cancelled.Wait(Patience));
        Assert.True(linked.IsCancellationRequested);
    }
}
