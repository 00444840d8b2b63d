using Akka.Actor;
using Akka.Conformance.Support;

namespace Akka.Conformance.Shutdown;

/// <summary>Ending an actor system, also while it works.</summary>
public sealed class TerminationTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private static ActorSystem Start(string extra = "") =>
        ActorSystem.Create("ending", $"akka {{ loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off {extra} }}");

    [Fact]
    public async Task Terminate_stops_every_actor_and_then_completes()
    {
        for (var round = 0; round < 20; round++)
        {
            var system = Start();
            var stopped = 0;
            for (var i = 0; i < 50; i++)
            {
                system.ActorOf(Props.Create(() => new Noisy(() => Interlocked.Increment(ref stopped), null)));
            }

            await system.Terminate().WaitAsync(s_patience);

            Assert.Equal(50, stopped);
            Assert.True(system.WhenTerminated.IsCompletedSuccessfully);
        }
    }

    [Fact]
    public async Task Terminate_works_while_actors_keep_each_other_busy_and_threads_keep_sending()
    {
        for (var round = 0; round < 10; round++)
        {
            var system = Start();
            var stopped = 0;
            var actors = new List<IActorRef>();
            for (var i = 0; i < 20; i++)
            {
                var previous = actors.LastOrDefault();
                actors.Add(system.ActorOf(Props.Create(() => new Noisy(() => Interlocked.Increment(ref stopped), previous))));
            }

            using var enough = new CancellationTokenSource();
            var sender = Task.Run(() =>
            {
                while (!enough.IsCancellationRequested)
                {
                    actors[^1].Tell("from outside");
                }
            });
            actors.ForEach(actor => actor.Tell("go"));

            await system.Terminate().WaitAsync(s_patience);

            await enough.CancelAsync();
            await sender;
            Assert.Equal(20, stopped);
        }
    }

    [Fact]
    public async Task Terminate_waits_for_the_message_that_is_being_handled()
    {
        var system = Start();
        using var gate = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        system.ActorOf(LambdaActor.Props((_, _) =>
        {
            entered.Set();
            gate.Wait(s_patience);
        })).Tell("block");
        Assert.True(entered.Wait(s_patience));

        var end = system.Terminate();
        Assert.False(end.IsCompleted);
        gate.Set();

        await end.WaitAsync(s_patience);
    }

    [Fact]
    public async Task Terminate_may_be_called_again_and_from_many_threads()
    {
        var system = Start();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(system.Terminate))).WaitAsync(s_patience);
        await system.Terminate().WaitAsync(s_patience);
    }

    [Fact]
    public async Task An_actor_may_terminate_its_own_system()
    {
        var system = Start();
        system.ActorOf(LambdaActor.Props((_, context) => context.System.Terminate())).Tell("end");

        await system.WhenTerminated.WaitAsync(s_patience);
    }

    [Fact]
    public async Task Callbacks_run_at_the_end_the_last_registered_first()
    {
        var system = Start();
        var order = new List<int>();
        var finished = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        system.RegisterOnTermination(finished.SetResult);
        foreach (var i in (int[])[1, 2, 3])
        {
            system.RegisterOnTermination(() => order.Add(i));
        }

        await system.Terminate().WaitAsync(s_patience);
        await finished.Task.WaitAsync(s_patience);

        Assert.Equal([3, 2, 1], order);
    }

    [Fact]
    public async Task After_the_end_messages_vanish_and_actors_are_refused()
    {
        var system = Start();
        var actor = system.ActorOf(LambdaActor.Props((_, _) => { }));
        await system.Terminate().WaitAsync(s_patience);

        actor.Tell("nobody hears");

        Assert.Throws<InvalidOperationException>(() => system.ActorOf(LambdaActor.Props((_, _) => { })));
    }

    [Fact]
    public async Task Pinned_and_fork_join_dispatchers_end_with_their_system()
    {
        var system = ActorSystem.Create("ending", """
            akka { loglevel = OFF, stdout-loglevel = OFF }
            pinned { type = PinnedDispatcher }
            own { type = ForkJoinDispatcher, dedicated-thread-pool { thread-count = 2 } }
            """);
        var threads = new List<Thread>();
        foreach (var dispatcher in (string[])["pinned", "own"])
        {
            var props = LambdaActor.Props((_, context) => context.Sender.Tell(Thread.CurrentThread)).WithDispatcher(dispatcher);
            var actor = system.ActorOf(props);
            threads.Add(await actor.Ask<Thread>("where", s_patience));
        }

        await system.Terminate().WaitAsync(s_patience);

        Assert.All(threads, thread => Assert.True(thread.Join(s_patience)));
    }

    [Fact]
    public async Task Many_systems_live_side_by_side()
    {
        var systems = Enumerable.Range(0, 10).Select(_ => Start()).ToList();
        var answers = await Task.WhenAll(systems.Select((system, i) =>
            system.ActorOf(LambdaActor.Props((message, context) => context.Sender.Tell(message)), "same").Ask<int>(i, s_patience)));

        Assert.Equal(Enumerable.Range(0, 10), answers);
        await Task.WhenAll(systems.Select(system => system.Terminate())).WaitAsync(s_patience);
    }

    /// <summary>Sends to itself and to its neighbour without end.</summary>
    private sealed class Noisy(Action stopped, IActorRef? neighbour) : UntypedActor
    {
        protected override void PostStop() => stopped();

        protected override void OnReceive(object message)
        {
            neighbour?.Tell("noise");
            if (message is "go")
            {
                Self.Tell(message);
            }
        }
    }
}
