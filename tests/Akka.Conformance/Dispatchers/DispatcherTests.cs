using Akka.Actor;
using Akka.Configuration;
using Akka.Conformance.Support;

namespace Akka.Conformance.Dispatchers;

/// <summary>Which threads run an actor, and for how many messages.</summary>
public sealed class DispatcherTests() : ConformanceTest(
    """
    pinned { type = PinnedDispatcher }
    fork-join {
      type = ForkJoinDispatcher
      throughput = 1
      dedicated-thread-pool { thread-count = 2 }
    }
    one-by-one {
      type = ForkJoinDispatcher
      throughput = 1
      dedicated-thread-pool { thread-count = 1 }
    }
    by-threes {
      type = ForkJoinDispatcher
      throughput = 3
      dedicated-thread-pool { thread-count = 1 }
    }
    modern {
      executor = fork-join-executor
      fork-join-executor { parallelism-min = 2, parallelism-max = 2 }
    }
    akka.actor.deployment {
      /deployed { dispatcher = pinned }
      /parent/child { dispatcher = fork-join }
    }
    """)
{
    private static Props WhereAmI { get; } = LambdaActor.Props((_, context) =>
        context.Sender.Tell(new Place(Environment.CurrentManagedThreadId, Thread.CurrentThread.IsThreadPoolThread, context.Dispatcher.Id)));

    [Fact]
    public void A_pinned_actor_has_a_thread_of_its_own_for_life()
    {
        var actor = Sys.ActorOf(WhereAmI.WithDispatcher("pinned"));

        var places = Ask(actor, 50);

        Assert.Single(places.Distinct());
        Assert.False(places[0].IsPoolThread);
        Assert.Equal("pinned", places[0].Dispatcher);
    }

    [Fact]
    public void Two_pinned_actors_have_different_threads()
    {
        var first = Sys.ActorOf(WhereAmI.WithDispatcher("pinned"));
        var second = Sys.ActorOf(WhereAmI.WithDispatcher("pinned"));

        Assert.NotEqual(Ask(first, 1)[0].Thread, Ask(second, 1)[0].Thread);
    }

    [Fact]
    public void A_pinned_actor_that_blocks_keeps_nobody_waiting()
    {
        using var gate = new ManualResetEventSlim();
        var blocked = Sys.ActorOf(LambdaActor.Props((_, _) => gate.Wait(Patience)).WithDispatcher("pinned"));
        blocked.Tell("block");

        var echo = Echo();
        for (var round = 0; round < Rounds; round++)
        {
            echo.Tell(round, TestActor);
            ExpectMsg(round);
        }

        gate.Set();
    }

    [Fact]
    public void A_pinned_actor_keeps_its_thread_across_a_restart()
    {
        var actor = Sys.ActorOf(LambdaActor.Props((message, context) =>
        {
            if (message is Crash crash)
            {
                throw new CrashException(crash.Reason);
            }

            context.Sender.Tell(Environment.CurrentManagedThreadId);
        }).WithDispatcher("pinned"));

        actor.Tell("where", TestActor);
        var before = ExpectMsg<int>();
        actor.Tell(new Crash("restart"));
        actor.Tell("where", TestActor);

        ExpectMsg(before);
    }

    [Fact]
    public void A_fork_join_dispatcher_shares_its_own_few_threads()
    {
        var actors = Enumerable.Range(0, 20).Select(_ => Sys.ActorOf(WhereAmI.WithDispatcher("fork-join"))).ToList();
        for (var round = 0; round < 20; round++)
        {
            actors.ForEach(actor => actor.Tell("where", TestActor));
        }

        var places = ReceiveN(20 * 20).Cast<Place>().ToList();

        Assert.InRange(places.Select(place => place.Thread).Distinct().Count(), 1, 2);
        Assert.All(places, place => Assert.False(place.IsPoolThread));
    }

    [Fact]
    public void Threads_of_a_fork_join_dispatcher_run_actors_at_the_same_time()
    {
        // Each of the two waits for the other: on one thread this would never end.
        using var barrier = new Barrier(2);
        for (var i = 0; i < 2; i++)
        {
            Sys.ActorOf(LambdaActor.Props((message, context) =>
                context.Sender.Tell(barrier.SignalAndWait(Patience))).WithDispatcher("fork-join")).Tell("meet", TestActor);
        }

        ExpectMsg(true);
        ExpectMsg(true);
    }

    [Fact]
    public void A_fork_join_executor_may_be_named_as_the_executor_of_a_dispatcher()
    {
        var places = Ask(Sys.ActorOf(WhereAmI.WithDispatcher("modern")), 10);

        Assert.All(places, place => Assert.Equal("modern", place.Dispatcher));
        Assert.All(places, place => Assert.False(place.IsPoolThread));
    }

    [Theory]
    [InlineData("one-by-one", 1)]
    [InlineData("by-threes", 3)]
    public void Throughput_is_how_many_messages_an_actor_handles_before_the_next_gets_the_thread(string dispatcher, int throughput)
    {
        const int messages = 50;
        using var gate = new ManualResetEventSlim();
        var props = LambdaActor.Props((message, _) => TestActor.Tell(message)).WithDispatcher(dispatcher);
        var a = Sys.ActorOf(props);
        var b = Sys.ActorOf(props);
        a.Tell("ready");
        b.Tell("ready");
        ReceiveN(2);
        Sys.ActorOf(LambdaActor.Props((_, _) =>
        {
            TestActor.Tell("blocking");
            gate.Wait(Patience);
        }).WithDispatcher(dispatcher)).Tell("block");
        ExpectMsg("blocking");

        for (var i = 0; i < messages; i++)
        {
            a.Tell("a");
            b.Tell("b");
        }

        gate.Set();

        var order = ReceiveN(2 * messages).Cast<string>().ToList();
        Assert.Equal("a", order[0]);
        // Akka.NET 1.5 handles one message more than the number says.
        Assert.InRange(LongestRun(order.Take(messages)), throughput, throughput + 1);
    }

    [Fact]
    public void The_deployment_section_chooses_the_dispatcher_by_path()
    {
        Assert.Equal("pinned", Ask(Sys.ActorOf(WhereAmI, "deployed"), 1)[0].Dispatcher);

        var parent = Sys.ActorOf(Supervisor.Props(SupervisorStrategy.DefaultStrategy), "parent");
        parent.Tell((WhereAmI, "child"), TestActor);
        Assert.Equal("fork-join", Ask(ExpectMsg<IActorRef>(), 1)[0].Dispatcher);
    }

    [Fact]
    public void Without_a_choice_an_actor_runs_on_the_default_dispatcher()
    {
        var place = Ask(Echoing(), 1)[0];

        Assert.Equal("akka.actor.default-dispatcher", place.Dispatcher);
        Assert.True(place.IsPoolThread);
    }

    [Fact]
    public void A_dispatcher_that_is_not_configured_is_refused()
    {
        Assert.False(Sys.Dispatchers.HasDispatcher("nowhere"));
        Assert.True(Sys.Dispatchers.HasDispatcher("pinned"));

        var error = Assert.Throws<ConfigurationException>(() => Sys.ActorOf(WhereAmI.WithDispatcher("nowhere")));
        Assert.Contains("nowhere", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_computing_actor_on_a_dispatcher_of_its_own_leaves_the_default_one_its_threads()
    {
        using var stop = new ManualResetEventSlim();
        for (var i = 0; i < 2; i++)
        {
            Sys.ActorOf(LambdaActor.Props((_, _) => stop.Wait(Patience)).WithDispatcher("fork-join")).Tell("block");
        }

        var echo = Echo();
        echo.Tell("hello", TestActor);

        ExpectMsg("hello");
        stop.Set();
    }

    private static int LongestRun(IEnumerable<string> values)
    {
        var longest = 0;
        var current = 0;
        string? last = null;
        foreach (var value in values)
        {
            current = value == last ? current + 1 : 1;
            last = value;
            longest = Math.Max(longest, current);
        }

        return longest;
    }

    private IActorRef Echoing() => Sys.ActorOf(WhereAmI);

    private List<Place> Ask(IActorRef actor, int times)
    {
        for (var i = 0; i < times; i++)
        {
            actor.Tell("where", TestActor);
        }

        return ReceiveN(times).Cast<Place>().ToList();
    }

    private sealed record Place(int Thread, bool IsPoolThread, string Dispatcher);
}
