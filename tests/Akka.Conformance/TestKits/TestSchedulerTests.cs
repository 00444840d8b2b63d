using Akka.Actor;
using Akka.TestKit;

namespace Akka.Conformance.TestKits;

public sealed class TestSchedulerTests()
    : global::Akka.TestKit.Xunit2.TestKit(Config)
{
    private const string Config =
        """
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        akka.test.single-expect-default = 20s
        """;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void Nothing_happens_until_time_is_advanced()
    {
        Scheduler.ScheduleTellOnce(Second, TestActor, "due", ActorRefs.NoSender);
        Scheduler.Advance(Second - TimeSpan.FromTicks(1));
        ExpectNoMsg(20);

        Scheduler.Advance(TimeSpan.FromTicks(1));

        ExpectMsg("due");
    }

    [Fact]
    public void Now_is_the_time_that_was_advanced_to()
    {
        var start = Scheduler.Now;

        Scheduler.Advance(Second * 3);
        Assert.Equal(start + Second * 3, Scheduler.Now);
        Scheduler.AdvanceTo(start + Second * 10);

        Assert.Equal(start + Second * 10, Scheduler.Now);
    }

    [Fact]
    public void Due_work_runs_in_the_order_of_its_time()
    {
        Scheduler.ScheduleTellOnce(Second * 3, TestActor, "third", ActorRefs.NoSender);
        Scheduler.ScheduleTellOnce(Second, TestActor, "first", ActorRefs.NoSender);
        Scheduler.ScheduleTellOnce(Second * 2, TestActor, "second", ActorRefs.NoSender);

        Scheduler.Advance(Second * 5);

        ExpectMsg("first");
        ExpectMsg("second");
        ExpectMsg("third");
    }

    [Fact]
    public void Repeated_work_runs_once_per_interval()
    {
        Scheduler.ScheduleTellRepeatedly(Second, Second * 2, TestActor, "tick", ActorRefs.NoSender);

        Scheduler.Advance(Second);
        ExpectMsg("tick");
        Scheduler.Advance(Second);
        ExpectNoMsg(20);
        Scheduler.Advance(Second);
        ExpectMsg("tick");
    }

    [Fact]
    public void Cancelled_work_does_not_run()
    {
        var cancelable = new Cancelable(Scheduler.Advanced);
        Scheduler.ScheduleTellRepeatedly(Second, Second, TestActor, "tick", ActorRefs.NoSender, cancelable);
        Scheduler.Advance(Second);
        ExpectMsg("tick");

        cancelable.Cancel();
        Scheduler.Advance(Second);

        ExpectNoMsg(20);
    }

    [Fact]
    public void Actions_run_on_the_thread_that_advances()
    {
        var thread = 0;
        Scheduler.Advanced.ScheduleOnce(Second, () => thread = Environment.CurrentManagedThreadId);

        Scheduler.Advance(Second);

        Assert.Equal(Environment.CurrentManagedThreadId, thread);
    }

    [Fact]
    public void Timers_of_actors_follow_the_virtual_time()
    {
        // On the thread of the test a handler has ended, its receive timeout set, when time moves on.
        var actor = Sys.ActorOf(Props.Create(() => new Ticker(TestActor)).WithDispatcher(CallingThreadDispatcher.Id));
        ExpectMsg("started");

        Scheduler.Advance(Second);
        ExpectMsg("single");
        Scheduler.Advance(Second * 9);
        ExpectMsg("quiet");
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        Scheduler.Advance(Second * 100);

        ExpectNoMsg(20);
    }

    private sealed class Ticker : UntypedActor, IWithTimers
    {
        private readonly IActorRef _observer;

        public Ticker(IActorRef observer) => _observer = observer;

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart()
        {
            Timers.StartSingleTimer("key", "single", Second);
            _observer.Tell("started");
        }

        protected override void OnReceive(object message)
        {
            if (message is ReceiveTimeout)
            {
                _observer.Tell("quiet");
                SetReceiveTimeout(null);
            }
            else
            {
                SetReceiveTimeout(Second * 9);
                _observer.Tell(message);
            }
        }
    }
}
