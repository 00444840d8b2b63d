using Akka.Actor;
using Akka.Actor.Internal;

namespace Akka.Simulation.Tests;

public sealed class RunTests
{
    [Fact]
    public void A_run_ends_when_its_condition_holds()
    {
        using var simulation = new ActorSimulation(1);
        var count = 0;
        var actor = simulation.CreateSystem("run").ActorOf(LambdaActor.Props((_, context) =>
        {
            count++;
            context.Self.Tell("next");
        }));
        actor.Tell("first");

        simulation.Run(() => count == 10);

        Assert.Equal(10, count);
        Assert.Equal(10, simulation.Deliveries);
    }

    [Fact]
    public void A_run_that_does_not_end_is_bounded_by_its_steps()
    {
        using var simulation = new ActorSimulation(2);
        var actor = simulation.CreateSystem("run").ActorOf(LambdaActor.Props((_, context) => context.Self.Tell("next")));
        actor.Tell("first");

        var failure = Assert.Throws<SimulationException>(() => simulation.Run(maxSteps: 100));

        Assert.StartsWith("Seed 2, step 100, 00:00:00: not done after 100 steps", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_condition_that_nothing_can_fulfil_any_more_is_an_error()
    {
        using var simulation = new ActorSimulation(3);
        simulation.CreateSystem("run");

        var failure = Assert.Throws<SimulationException>(() => simulation.Run(() => false));

        Assert.Contains("nothing is left to happen", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_invariant_is_checked_after_every_delivery()
    {
        using var simulation = new ActorSimulation(4);
        var count = 0;
        var actor = simulation.CreateSystem("run").ActorOf(LambdaActor.Props((_, context) =>
        {
            count++;
            context.Self.Tell("next");
        }));
        actor.Tell("first");
        simulation.Invariant = () => Assert.True(count < 5);

        var failure = Assert.Throws<SimulationException>(() => simulation.Run());

        Assert.Equal(5, count);
        Assert.IsAssignableFrom<Xunit.Sdk.XunitException>(failure.InnerException);
    }

    [Fact]
    public void An_invariant_can_look_into_actors()
    {
        using var simulation = new ActorSimulation(5);
        var actor = simulation.CreateSystem("run").ActorOf(Props.Create(() => new Counter()));
        actor.Tell(2);
        actor.Tell(3);

        simulation.Run();

        Assert.Equal(5, simulation.InstanceOf<Counter>(actor)!.Sum);
    }

    [Fact]
    public async Task An_ask_from_the_test_completes_while_the_simulation_runs()
    {
        using var simulation = new ActorSimulation(6);
        var actor = simulation.CreateSystem("run").ActorOf(LambdaActor.Props((message, context) => context.Sender.Tell($"re {message}")));

        var answer = actor.Ask<string>("question");
        simulation.Run(() => answer.IsCompleted);

        Assert.Equal("re question", await answer);
    }

    [Fact]
    public void An_asynchronous_handler_that_completes_at_once_is_deterministic()
    {
        using var simulation = new ActorSimulation(7);
        var log = new List<string>();
        var actor = simulation.CreateSystem("run").ActorOf(Props.Create(() => new AsyncActor(log)));
        actor.Tell("one");
        actor.Tell("two");

        simulation.Run();

        Assert.Equal(["one before", "one after", "two before", "two after"], log);
    }

    [Fact]
    public void A_message_from_another_thread_is_an_error()
    {
        using var simulation = new ActorSimulation(8);
        var received = new List<object>();
        var actor = simulation.CreateSystem("run").ActorOf(LambdaActor.Props((message, _) => received.Add(message)));
        simulation.Run();
        Exception? thrown = null;
        var thread = new Thread(() => thrown = Record.Exception(() => actor.Tell("stray")));
        thread.Start();
        thread.Join();

        // Akka.NET logs what goes wrong while a message is sent instead of throwing it at the sender: the next step fails instead, though
        // there is nothing else to do.
        Assert.Null(thrown);
        var failure = Assert.Throws<SimulationException>(() => simulation.Step());
        Assert.Contains("stray was sent from a thread outside the simulation", failure.Message, StringComparison.Ordinal);
        Assert.Empty(received);
    }

    [Fact]
    public void Actors_are_stopped_at_the_end()
    {
        var stopped = false;
        Action onStop = () => stopped = true;
        using (var simulation = new ActorSimulation(9))
        {
            simulation.CreateSystem("run").ActorOf(Props.Create(() => new Stoppable(onStop)));
            simulation.Run();
            Assert.False(stopped);
        }

        Assert.True(stopped);
    }

    [Fact]
    public void An_actor_may_ask_for_any_dispatcher()
    {
        using var simulation = new ActorSimulation(10);
        var thread = 0;
        var props = LambdaActor.Props((_, _) => thread = Environment.CurrentManagedThreadId).WithDispatcher("pinned");
        var actor = simulation.CreateSystem("run", "pinned { type = PinnedDispatcher }").ActorOf(props);
        actor.Tell("where");

        simulation.Run();

        Assert.Equal(Environment.CurrentManagedThreadId, thread);
    }

    [Fact]
    public void An_actor_that_a_test_before_has_left_on_the_thread_sends_nothing()
    {
        using var outer = new ActorSimulation(1);
        var sender = (ActorRefWithCell)outer.CreateSystem("before").ActorOf(LambdaActor.Props((_, _) => { }));
        InternalCurrentActorCellKeeper.Current = (ActorCell)sender.Underlying;
        IActorRef? seen = null;
        using (var simulation = new ActorSimulation(1))
        {
            simulation.CreateSystem("run").ActorOf(LambdaActor.Props((_, context) => seen = context.Sender)).Tell("hello");
            simulation.Run();
        }

        Assert.Equal("deadLetters", seen!.Path.Name);
        Assert.Same(sender.Underlying, InternalCurrentActorCellKeeper.Current);
        InternalCurrentActorCellKeeper.Current = null;
    }

    [Fact]
    public void A_seed_that_gives_two_runs_is_an_error()
    {
        var runs = 0UL;

        var failure = Assert.Throws<SimulationException>(() => SimulationSeeds.RunAll(17, 17, _ => runs++));

        Assert.StartsWith("Seed 17: not the same run twice", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("17", 17, 17)]
    [InlineData("1-2000", 1, 2000)]
    public void Seeds_can_be_named(string text, long from, long to) => Assert.Equal((from, to), SimulationSeeds.Parse(text));

    [Theory]
    [InlineData("x")]
    [InlineData("5-3")]
    [InlineData("1-2-3")]
    public void Wrong_seeds_are_an_error(string text) => Assert.Throws<FormatException>(() => SimulationSeeds.Parse(text));

    private sealed class Counter : UntypedActor
    {
        public int Sum { get; private set; }

        protected override void OnReceive(object message) => Sum += (int)message;
    }

    private sealed class AsyncActor : ReceiveActor
    {
        public AsyncActor(List<string> log) => ReceiveAsync<string>(async text =>
        {
            log.Add($"{text} before");
            await Task.CompletedTask;
            log.Add($"{text} after");
        });
    }

    private sealed class Stoppable(Action onStop) : UntypedActor
    {
        protected override void PostStop() => onStop();

        protected override void OnReceive(object message)
        {
        }
    }
}
