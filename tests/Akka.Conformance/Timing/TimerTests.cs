using Akka.Actor;
using Akka.Conformance.Support;
using Akka.TestKit;

namespace Akka.Conformance.Timing;

/// <summary>IWithTimers, in virtual time.</summary>
public sealed class TimerTests : ConformanceTest
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    public TimerTests()
        : base($"akka.scheduler.implementation = \"{typeof(TestScheduler).AssemblyQualifiedName}\"")
    {
    }

    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void A_single_timer_ticks_once()
    {
        var actor = Start();
        Run(actor, timers => timers.StartSingleTimer("key", "tick", s_second));

        Clock.Advance(s_second);
        ExpectMsg("tick");

        Clock.Advance(10 * s_second);
        ExpectSilence(actor);
    }

    [Fact]
    public void A_single_timer_is_active_until_its_tick()
    {
        var actor = Start();
        Run(actor, timers =>
        {
            timers.StartSingleTimer("key", "tick", s_second);
            TestActor.Tell(timers.IsTimerActive("key"));
            TestActor.Tell(timers.IsTimerActive("other"));
        });
        ExpectMsg(true);
        ExpectMsg(false);

        Clock.Advance(s_second);
        ExpectMsg("tick");

        Run(actor, timers => TestActor.Tell(timers.IsTimerActive("key")));
        ExpectMsg(false);
    }

    [Fact]
    public void A_periodic_timer_ticks_until_it_is_cancelled()
    {
        var actor = Start();
        Run(actor, timers => timers.StartPeriodicTimer("key", "tick", s_second));
        for (var i = 0; i < 5; i++)
        {
            Clock.Advance(s_second);
            ExpectMsg("tick");
        }

        Run(actor, timers => timers.Cancel("key"));

        Clock.Advance(10 * s_second);
        ExpectSilence(actor);
    }

    [Fact]
    public void A_periodic_timer_may_begin_later_than_its_interval()
    {
        var actor = Start();
        Run(actor, timers => timers.StartPeriodicTimer("key", "tick", 3 * s_second, s_second));

        Clock.Advance(2 * s_second);
        ExpectSilence(actor);
        Clock.Advance(s_second);
        ExpectMsg("tick");
        Clock.Advance(s_second);
        ExpectMsg("tick");
    }

    [Fact]
    public void The_same_key_replaces_the_timer()
    {
        var actor = Start();
        Run(actor, timers => timers.StartPeriodicTimer("key", "old", s_second));
        Run(actor, timers => timers.StartPeriodicTimer("key", "new", 2 * s_second));

        Clock.Advance(s_second);
        ExpectSilence(actor);
        Clock.Advance(s_second);
        ExpectMsg("new");
        ExpectSilence(actor);
    }

    [Fact]
    public void Different_keys_are_different_timers()
    {
        var actor = Start();
        Run(actor, timers =>
        {
            timers.StartSingleTimer("a", "a", s_second);
            timers.StartSingleTimer("b", "b", 2 * s_second);
            timers.StartSingleTimer("c", "c", 3 * s_second);
            timers.Cancel("b");
        });

        Clock.Advance(s_second);
        ExpectMsg("a");
        Clock.Advance(2 * s_second);
        ExpectMsg("c");
    }

    [Fact]
    public void CancelAll_cancels_every_timer()
    {
        var actor = Start();
        Run(actor, timers =>
        {
            timers.StartSingleTimer("a", "a", s_second);
            timers.StartPeriodicTimer("b", "b", s_second);
            timers.CancelAll();
        });

        Clock.Advance(10 * s_second);

        ExpectSilence(actor);
    }

    [Fact]
    public void A_tick_that_waits_in_the_mailbox_is_dropped_when_its_timer_is_cancelled_or_replaced()
    {
        Action<ITimerScheduler>[] changes =
        [
            timers => timers.Cancel("key"),
            timers => timers.CancelAll(),
            timers => timers.StartSingleTimer("key", "new", TimeSpan.FromHours(1)),
        ];
        foreach (var change in changes)
        {
            for (var round = 0; round < 20; round++)
            {
                using var gate = new ManualResetEventSlim();
                var actor = Start();
                Run(actor, timers => timers.StartPeriodicTimer("key", "tick", s_second));

                actor.Tell(new Order(timers =>
                {
                    gate.Wait(Patience);
                    change(timers);
                }));
                Clock.Advance(s_second);
                Clock.Advance(s_second);
                gate.Set();

                ExpectSilence(actor);
            }
        }
    }

    [Fact]
    public void A_restart_cancels_the_timers_of_the_old_instance_and_drops_their_ticks()
    {
        for (var round = 0; round < 20; round++)
        {
            using var gate = new ManualResetEventSlim();
            var actor = Start();
            Run(actor, timers => timers.StartPeriodicTimer("key", "tick", s_second));
            actor.Tell(new Order(_ =>
            {
                gate.Wait(Patience);
                throw new CrashException("restart");
            }));
            Clock.Advance(s_second);
            gate.Set();

            ExpectSilence(actor);
            Clock.Advance(10 * s_second);
            ExpectSilence(actor);
        }
    }

    [Fact]
    public void A_timer_started_again_after_a_restart_ticks()
    {
        var actor = Sys.ActorOf(Props.Create(() => new SelfStarting(TestActor)));
        actor.Tell("sync");
        ExpectMsg("sync");
        Clock.Advance(s_second);
        ExpectMsg("tick");

        actor.Tell(new Crash("restart"));
        actor.Tell("sync");
        ExpectMsg("sync");
        Clock.Advance(s_second);

        ExpectMsg("tick");
        actor.Tell("sync");
        ExpectMsg("sync");
    }

    [Fact]
    public void Timers_end_with_their_actor()
    {
        var actor = Start();
        Run(actor, timers => timers.StartPeriodicTimer("key", "tick", s_second));
        StopAndWait(actor);
        Sys.EventStream.Subscribe(TestActor, typeof(global::Akka.Event.AllDeadLetters));

        Clock.Advance(10 * s_second);
        actor.Tell("the only dead letter");

        Assert.Equal("the only dead letter", ExpectMsg<global::Akka.Event.DeadLetter>().Message);
    }

    [Fact]
    public void A_poison_pill_may_be_the_tick()
    {
        var actor = Start();
        Watch(actor);
        Run(actor, timers => timers.StartSingleTimer("key", PoisonPill.Instance, s_second));

        Clock.Advance(s_second);

        ExpectTerminated(actor);
    }

    private IActorRef Start() => Sys.ActorOf(Props.Create(() => new Timed(TestActor)));

    private static void Run(IActorRef actor, Action<ITimerScheduler> order)
    {
        using var done = new ManualResetEventSlim();
        actor.Tell(new Order(timers =>
        {
            order(timers);
            done.Set();
        }));
        Assert.True(done.Wait(Patience));
    }

    private void ExpectSilence(IActorRef actor)
    {
        actor.Tell("sync");
        ExpectMsg("sync");
        Assert.False(HasMessages);
    }

    private sealed record Order(Action<ITimerScheduler> Execute);

    private sealed class Timed : ReceiveActor, IWithTimers
    {
        public Timed(IActorRef probe)
        {
            Receive<Order>(order => order.Execute(Timers));
            Receive<string>(probe.Tell);
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }

    private sealed class SelfStarting : ReceiveActor, IWithTimers
    {
        public SelfStarting(IActorRef probe)
        {
            Receive<Crash>(crash => throw new CrashException(crash.Reason));
            Receive<string>(probe.Tell);
        }

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart() => Timers.StartPeriodicTimer("key", "tick", s_second);
    }
}
