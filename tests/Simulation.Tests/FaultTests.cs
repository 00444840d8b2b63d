using Akka.Actor;

namespace Akka.Simulation.Tests;

public sealed class FaultTests
{
    private const int Messages = 1_000;

    [Fact]
    public void Messages_are_dropped_only_where_the_plan_allows_it()
    {
        var plan = new FaultPlan { DropProbability = 0.25, MayDrop = message => message.Message is int and >= 0 };
        var received = Receive(plan, out var trace);

        Assert.InRange(received.Count(number => number >= 0), 650, 850);
        Assert.Equal(Messages, received.Count(number => number < 0));
        Assert.Contains(trace, entry => entry.Kind == TraceKind.Drop);
    }

    [Fact]
    public void Messages_are_duplicated_only_where_the_plan_allows_it()
    {
        var plan = new FaultPlan { DuplicateProbability = 0.25, MayDuplicate = message => message.Message is int and >= 0 };
        var received = Receive(plan, out var trace);

        Assert.InRange(received.Count(number => number >= 0), 1_150, 1_350);
        Assert.Equal(Messages, received.Where(number => number >= 0).Distinct().Count());
        Assert.Equal(Messages, received.Count(number => number < 0));
        Assert.Contains(trace, entry => entry.Kind == TraceKind.Duplicate);
    }

    [Fact]
    public void The_number_of_faults_can_be_limited()
    {
        var plan = new FaultPlan { DropProbability = 1, MayDrop = _ => true, FaultsMax = 7 };

        Assert.Equal((2 * Messages) - 7, Receive(plan, out _).Count);
    }

    [Fact]
    public void An_actor_crashes_at_a_message_and_is_restarted_by_its_supervisor()
    {
        using var simulation = new ActorSimulation(
            3, new FaultPlan { CrashProbability = 1, MayCrash = message => message.Message is "crash", FaultsMax = 1 });
        var system = simulation.CreateSystem("crash");
        var log = new List<string>();
        var actor = system.ActorOf(Props.Create(() => new Recorder(log)), "recorder");
        foreach (var message in new[] { "one", "crash", "two" })
        {
            actor.Tell(message);
        }

        simulation.Run();

        Assert.Equal(["start", "one", "stop crash", "start", "two"], log);
        Assert.Contains(simulation.Trace, entry => entry.Kind == TraceKind.Crash && Equals(entry.Message, "crash"));
        var logged = Assert.Single(simulation.Trace, entry => entry.Kind == TraceKind.Log);
        Assert.Contains("simulated crash", logged.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_crash_follows_the_strategy_of_the_parent()
    {
        using var simulation = new ActorSimulation(
            4, new FaultPlan { CrashProbability = 1, MayCrash = message => message.Receiver.Path.Name == "child" });
        var system = simulation.CreateSystem("crash");
        var ended = false;
        Action onEnd = () => ended = true;
        var parent = system.ActorOf(Props.Create(() => new StoppingParent(onEnd)));
        parent.Tell("crash");
        parent.Tell("again");

        simulation.Run();

        Assert.True(ended);
        Assert.Contains(simulation.Trace, entry => entry.Kind == TraceKind.DeadLetter || Equals(entry.Message, "again"));
    }

    [Fact]
    public void A_crash_leaves_the_behaviour_of_a_resumed_actor_as_it_was()
    {
        using var simulation = new ActorSimulation(
            5,
            new FaultPlan
            {
                CrashProbability = 1,
                MayCrash = message => message is { Message: "crash", Receiver.Path.Name: "child" },
                FaultsMax = 1,
            });
        var log = new List<string>();
        var parent = simulation.CreateSystem("resume").ActorOf(Props.Create(() => new ResumingParent(log)));
        foreach (var message in new[] { "become", "crash", "crash", "unbecome", "last" })
        {
            parent.Tell(message);
        }

        simulation.Run();

        Assert.Equal(["first become", "second crash", "second unbecome", "first last"], log);
    }

    [Fact]
    public void Delayed_messages_arrive_after_time_has_moved_on()
    {
        using var simulation = new ActorSimulation(6, new FaultPlan { DelayProbability = 1, DelayMax = TimeSpan.FromSeconds(10) });
        var system = simulation.CreateSystem("delay");
        var arrived = TimeSpan.Zero;
        system.ActorOf(LambdaActor.Props((_, _) => arrived = simulation.Time)).Tell("late");

        simulation.Run();

        Assert.InRange(arrived, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(10));
    }

    /// <summary>A receiver of numbers 0.. that may suffer and -1.. that may not.</summary>
    private static List<int> Receive(FaultPlan plan, out List<TraceEntry> trace)
    {
        using var simulation = new ActorSimulation(1, plan, traceLength: 10_000);
        var system = simulation.CreateSystem("faults");
        var received = new List<int>();
        var sink = system.ActorOf(LambdaActor.Props((message, _) => received.Add((int)message)));
        for (var i = 0; i < Messages; i++)
        {
            sink.Tell(i);
            sink.Tell(-i - 1);
        }

        simulation.Run();
        trace = simulation.Trace.ToList();
        return received;
    }

    private sealed class Recorder : UntypedActor
    {
        private readonly List<string> _log;

        public Recorder(List<string> log) => _log = log;

        protected override void PreStart() => _log.Add("start");

        protected override void PreRestart(Exception reason, object message) => _log.Add($"stop {message}");

        protected override void OnReceive(object message) => _log.Add((string)message);
    }

    private sealed class StoppingParent : UntypedActor
    {
        private readonly Action _onEnd;
        private readonly IActorRef _child;

        public StoppingParent(Action onEnd)
        {
            _onEnd = onEnd;
            _child = Context.ActorOf(LambdaActor.Props((_, _) => { }), "child");
            Context.Watch(_child);
        }

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

        protected override void OnReceive(object message)
        {
            if (message is Terminated)
            {
                _onEnd();
            }
            else
            {
                _child.Forward(message);
            }
        }
    }

    private sealed class ResumingParent : UntypedActor
    {
        private readonly IActorRef _child;

        public ResumingParent(List<string> log) => _child = Context.ActorOf(Props.Create(() => new TwoFaced(log)), "child");

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Resume);

        protected override void OnReceive(object message) => _child.Forward(message);
    }

    private sealed class TwoFaced(List<string> log) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            log.Add($"first {message}");
            if (message is "become")
            {
                BecomeStacked(Second);
            }
        }

        private bool Second(object message)
        {
            log.Add($"second {message}");
            if (message is "unbecome")
            {
                UnbecomeStacked();
            }

            return true;
        }
    }
}
