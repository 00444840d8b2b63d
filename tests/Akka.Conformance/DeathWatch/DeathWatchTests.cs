using Akka.Actor;
using Akka.Conformance.Support;

namespace Akka.Conformance.DeathWatch;

/// <summary>Watch, WatchWith, Unwatch and Terminated.</summary>
public sealed class DeathWatchTests : ConformanceTest
{
    [Fact]
    public void A_watcher_learns_of_a_stop_a_poison_pill_and_a_failure_that_stops()
    {
        Action<IActorRef>[] endings =
        [
            actor => Sys.Stop(actor),
            actor => actor.Tell(PoisonPill.Instance),
            actor => actor.Tell(Kill.Instance),
        ];
        foreach (var end in endings)
        {
            var echo = Echo();
            Watch(echo);

            end(echo);

            var terminated = ExpectTerminated(echo);
            Assert.Equal(echo, terminated.ActorRef);
            Assert.True(terminated.ExistenceConfirmed);
            Assert.False(terminated.AddressTerminated);
            Assert.Equal(echo, LastSender);
        }
    }

    [Fact]
    public void Watching_the_already_dead_brings_Terminated_at_once()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var echo = Echo();
            StopAndWait(echo);

            Watch(echo);

            ExpectTerminated(echo);
        }
    }

    [Fact]
    public async Task Watch_and_stop_race_to_exactly_one_Terminated()
    {
        var watcher = Watcher();
        for (var round = 0; round < 200; round++)
        {
            var echo = Echo();
            var stop = Task.Run(() => Sys.Stop(echo));
            // In one message: a watch after the first Terminated would rightly bring a second one.
            watcher.Tell(("watch twice", echo));

            ExpectMsg(echo);
            watcher.Tell("barrier");
            ExpectMsg("barrier");
            await stop;
        }
    }

    [Fact]
    public void Watching_twice_brings_one_Terminated()
    {
        var watcher = Watcher();
        var echo = Echo();
        watcher.Tell(("watch", echo));
        watcher.Tell(("watch", echo));
        watcher.Tell("barrier");
        ExpectMsg("barrier");

        StopAndWait(echo);

        ExpectMsg(echo);
        watcher.Tell("barrier");
        ExpectMsg("barrier");
    }

    [Fact]
    public void After_Unwatch_no_Terminated_comes_even_if_it_was_already_queued()
    {
        for (var round = 0; round < Rounds; round++)
        {
            using var gate = new ManualResetEventSlim();
            var echo = Echo();
            var watcher = Watcher();
            watcher.Tell(("watch", echo));
            watcher.Tell("barrier");
            ExpectMsg("barrier");

            // The watcher is busy while the other one stops: the Terminated lies behind the order to take the watch back.
            watcher.Tell(gate);
            watcher.Tell(("unwatch", echo));
            StopAndWait(echo);
            gate.Set();
            watcher.Tell("barrier");

            ExpectMsg("barrier");
        }
    }

    [Fact]
    public void WatchWith_delivers_the_message_instead_of_Terminated()
    {
        var watcher = Watcher();
        var echo = Echo();
        watcher.Tell(("watch with", echo, "it is gone"));
        watcher.Tell("barrier");
        ExpectMsg("barrier");

        Sys.Stop(echo);

        ExpectMsg("it is gone");
    }

    [Fact]
    public void WatchWith_of_the_already_dead_delivers_the_message()
    {
        var watcher = Watcher();
        var echo = Echo();
        StopAndWait(echo);

        watcher.Tell(("watch with", echo, "it was gone"));

        ExpectMsg("it was gone");
    }

    [Theory]
    [InlineData(null, "ignored", null)]
    [InlineData("first", "ignored", "first")]
    [InlineData("first", null, "first")]
    public void The_first_watch_of_an_actor_decides_what_its_end_brings(string? first, string? second, string? expected)
    {
        var echo = Echo();
        var watcher = Actor((message, context) =>
        {
            switch (message)
            {
                case "go":
                    WatchAs(context, echo, first);
                    TestActor.Tell(Record.Exception(() => WatchAs(context, echo, second))?.Message ?? "accepted");
                    break;
                case Terminated terminated:
                    TestActor.Tell(terminated.ActorRef);
                    break;
                default:
                    TestActor.Tell(message);
                    break;
            }
        });
        watcher.Tell("go");
        ExpectMsg("accepted");

        Sys.Stop(echo);

        ExpectMsg<object>(expected ?? (object)echo);
        watcher.Tell("barrier");
        ExpectMsg("barrier");

        static void WatchAs(IActorContext context, IActorRef actor, string? message) =>
            _ = message is null ? context.Watch(actor) : context.WatchWith(actor, message);
    }

    [Fact]
    public void After_Unwatch_an_actor_can_be_watched_in_another_way()
    {
        var echo = Echo();
        var actor = Actor((message, context) =>
        {
            if (message is "go")
            {
                context.Watch(echo);
                context.Unwatch(echo);
                context.WatchWith(echo, "gone");
            }

            TestActor.Tell(message);
        });
        actor.Tell("go");
        ExpectMsg("go");

        Sys.Stop(echo);

        ExpectMsg("gone");
    }

    [Fact]
    public void Messages_that_a_child_sent_before_it_stopped_arrive_before_its_Terminated()
    {
        const int messages = 50;
        for (var round = 0; round < Rounds; round++)
        {
            var parent = Actor((message, context) =>
            {
                switch (message)
                {
                    case "go":
                        context.Watch(context.ActorOf(LambdaActor.Props((_, child) =>
                        {
                            for (var i = 0; i < messages; i++)
                            {
                                context.Self.Tell(i, child.Self);
                            }

                            child.Stop(child.Self);
                        }))).Tell("talk");
                        break;
                    case Terminated:
                        TestActor.Tell("terminated");
                        break;
                    default:
                        TestActor.Tell(message);
                        break;
                }
            });

            parent.Tell("go");

            for (var i = 0; i < messages; i++)
            {
                ExpectMsg(i);
            }

            ExpectMsg("terminated");
        }
    }

    [Fact]
    public void Terminated_without_a_handler_is_a_failure_of_the_watcher()
    {
        var supervisor = Sys.ActorOf(Supervisor.Props(new OneForOneStrategy(error =>
        {
            TestActor.Tell(error);
            return Directive.Stop;
        })));
        var echo = Echo();
        supervisor.Tell(Props.Create(() => new Dependent(echo)), TestActor);
        var dependent = ExpectMsg<IActorRef>();
        Watch(dependent);

        Sys.Stop(echo);

        Assert.Equal(echo, ExpectMsg<DeathPactException>().DeadActor);
        ExpectTerminated(dependent);
    }

    [Fact]
    public void A_watch_survives_a_restart_of_the_watcher()
    {
        var echo = Echo();
        var watcher = Watcher();
        watcher.Tell(("watch", echo));
        watcher.Tell(new Crash("restart"));
        watcher.Tell("barrier");
        ExpectMsg("barrier");

        Sys.Stop(echo);

        ExpectMsg(echo);
    }

    [Fact]
    public void A_restart_of_the_watched_brings_no_Terminated()
    {
        var watcher = Watcher();
        var counter = Sys.ActorOf(Counter.Props);
        watcher.Tell(("watch", counter));

        for (var round = 0; round < Rounds; round++)
        {
            counter.Tell(new Crash("restart"));
        }

        counter.Tell("alive?", TestActor);
        ExpectMsg(1);
        watcher.Tell("barrier");
        ExpectMsg("barrier");
        Sys.Stop(counter);
        ExpectMsg(counter);
    }

    [Fact]
    public void Every_watcher_of_an_actor_is_told()
    {
        const int watchers = 1_000;
        var echo = Echo();
        for (var i = 0; i < watchers; i++)
        {
            var watcher = Watcher();
            watcher.Tell(("watch", echo));
            watcher.Tell("barrier");
        }

        Assert.All(ReceiveN(watchers), message => Assert.Equal("barrier", message));
        Sys.Stop(echo);

        Assert.All(ReceiveN(watchers), message => Assert.Equal(echo, message));
    }

    [Fact]
    public void A_watcher_is_told_of_every_actor()
    {
        var watcher = Watcher();
        var actors = Enumerable.Range(0, 1_000).Select(_ => Echo()).ToList();
        actors.ForEach(actor => watcher.Tell(("watch", actor)));

        Parallel.ForEach(actors, actor => actor.Tell(PoisonPill.Instance));

        Assert.Equal(actors.Order(), ReceiveN(actors.Count).Cast<IActorRef>().Order());
    }

    [Fact]
    public void Actors_that_watch_each_other_can_both_stop()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var first = Watcher();
            var second = Watcher();
            first.Tell(("watch", second));
            second.Tell(("watch", first));
            first.Tell("barrier");
            second.Tell("barrier");
            ReceiveN(2);
            Watch(first);
            Watch(second);

            Sys.Stop(first);
            Sys.Stop(second);

            var seen = new HashSet<IActorRef>();
            while (seen.Count < 2)
            {
                if (ReceiveOne(Patience) is Terminated terminated)
                {
                    seen.Add(terminated.ActorRef);
                }
            }

            Unwatch(first);
            Unwatch(second);
        }
    }

    [Fact]
    public void Watching_nobody_or_oneself_is_harmless()
    {
        var actor = Actor((message, context) =>
        {
            context.Watch(context.Self);
            context.Sender.Tell(message);
        });

        actor.Tell("alive?", TestActor);

        ExpectMsg("alive?");
    }

    private IActorRef Watcher() => Sys.ActorOf(Props.Create(() => new WatcherActor(TestActor)));

    /// <summary>Reports every reference whose Terminated it gets.</summary>
    private sealed class WatcherActor : ReceiveActor
    {
        public WatcherActor(IActorRef probe)
        {
            Receive<(string, IActorRef)>(order => order.Item1 == "watch", order => Context.Watch(order.Item2));
            Receive<(string, IActorRef)>(order => order.Item1 == "watch twice", order =>
            {
                Context.Watch(order.Item2);
                Context.Watch(order.Item2);
            });
            Receive<(string, IActorRef)>(order => Context.Unwatch(order.Item2));
            Receive<(string, IActorRef, string)>(watch => Context.WatchWith(watch.Item2, watch.Item3));
            Receive<ManualResetEventSlim>(gate => gate.Wait(Patience));
            Receive<Terminated>(terminated => probe.Tell(terminated.ActorRef));
            Receive<Crash>(crash => throw new CrashException(crash.Reason));
            Receive<string>(probe.Tell);
        }
    }

    private sealed class Dependent : ReceiveActor
    {
        public Dependent(IActorRef watched)
        {
            Context.Watch(watched);
            Receive<string>(_ => { });
        }
    }
}
