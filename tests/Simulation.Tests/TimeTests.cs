using Akka.Actor;

namespace Akka.Simulation.Tests;

public sealed class TimeTests
{
    [Fact]
    public void Timers_run_in_virtual_time()
    {
        using var simulation = new ActorSimulation(1);
        var system = simulation.CreateSystem("time");
        var times = new List<TimeSpan>();
        var actor = system.ActorOf(LambdaActor.Props((_, _) => times.Add(simulation.Time)));
        system.Scheduler.ScheduleTellOnce(TimeSpan.FromDays(3), actor, "far", ActorRefs.NoSender);
        system.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(1), actor, "near", ActorRefs.NoSender);

        simulation.Run();

        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromDays(3)], times);
        Assert.Equal(TimeSpan.FromDays(3), simulation.Time);
        Assert.Equal(system.Scheduler.MonotonicClock, simulation.Time);
    }

    [Fact]
    public void A_periodic_timer_ticks_until_it_is_cancelled()
    {
        using var simulation = new ActorSimulation(2);
        var ticks = new List<TimeSpan>();
        simulation.CreateSystem("ticks").ActorOf(Props.Create(() => new Ticker(() => ticks.Add(simulation.Time))));

        simulation.Run();

        Assert.Equal(3, ticks.Count);
        Assert.True(ticks[0] >= TimeSpan.FromSeconds(1));
        Assert.True(ticks[2] >= TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void A_receive_timeout_comes_in_virtual_time()
    {
        using var simulation = new ActorSimulation(3);
        var timedOut = TimeSpan.Zero;
        simulation.CreateSystem("timeout").ActorOf(LambdaActor.Props(
            (message, context) =>
            {
                Assert.IsType<ReceiveTimeout>(message);
                timedOut = simulation.Time;
                context.SetReceiveTimeout(null);
            },
            context => context.SetReceiveTimeout(TimeSpan.FromMinutes(5))));

        simulation.Run();

        Assert.Equal(TimeSpan.FromMinutes(5), timedOut);
    }

    [Fact]
    public void A_timeout_may_overtake_a_message_that_is_waiting()
    {
        var overtaken = new HashSet<long>();
        SimulationSeeds.RunAll(1, 200, seed =>
        {
            using var simulation = new ActorSimulation(seed, new FaultPlan { AdvanceProbability = 0.2 });
            var system = simulation.CreateSystem("overtake");
            var order = new List<object>();
            var actor = system.ActorOf(LambdaActor.Props((message, _) => order.Add(message)));
            var sender = system.ActorOf(LambdaActor.Props((_, _) => actor.Tell("answer")));
            system.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(1), actor, "timeout", ActorRefs.NoSender);
            sender.Tell("question");

            simulation.Run();
            Assert.Equal(2, order.Count);
            if (order[0] is "timeout")
                overtaken.Add(seed);
            return simulation.Digest;
        });

        Assert.InRange(overtaken.Count, 10, 150);
    }

    private sealed class Ticker : UntypedActor, IWithTimers
    {
        private readonly Action _onTick;
        private int _left = 3;

        public Ticker(Action onTick) => _onTick = onTick;

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart() => Timers.StartPeriodicTimer("tick", "tick", TimeSpan.FromSeconds(1));

        protected override void OnReceive(object message)
        {
            _onTick();
            if (--_left == 0)
            {
                Timers.Cancel("tick");
            }
        }
    }
}
