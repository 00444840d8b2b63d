using Akka.Actor;
using Akka.Conformance.Support;
using Akka.Event;

namespace Akka.Conformance.Actors;

/// <summary>Stop, PoisonPill, Kill and GracefulStop.</summary>
public sealed class StoppingTests : ConformanceTest
{
    [Fact]
    public void Stop_lets_the_current_message_finish_and_the_rest_become_dead_letters()
    {
        var deadLetters = CreateTestProbe();
        Sys.EventStream.Subscribe(deadLetters, typeof(DeadLetter));
        for (var round = 0; round < Rounds; round++)
        {
            using var gate = new ManualResetEventSlim();
            var actor = Actor((message, context) =>
            {
                gate.Wait(Patience);
                context.Stop(context.Self);
                TestActor.Tell(message);
            });
            Watch(actor);

            actor.Tell(1, TestActor);
            actor.Tell(2, TestActor);
            actor.Tell(3, TestActor);
            gate.Set();

            ExpectMsg(1);
            ExpectTerminated(actor);
            Assert.Equal(2, deadLetters.ExpectMsg<DeadLetter>().Message);
            Assert.Equal(3, deadLetters.ExpectMsg<DeadLetter>().Message);
        }
    }

    [Fact]
    public void PoisonPill_waits_for_its_turn_in_the_mailbox()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var echo = Echo();
            Watch(echo);

            echo.Tell(1, TestActor);
            echo.Tell(2, TestActor);
            echo.Tell(PoisonPill.Instance);
            echo.Tell(3, TestActor);

            ExpectMsg(1);
            ExpectMsg(2);
            ExpectTerminated(echo);
        }
    }

    [Fact]
    public void Kill_fails_the_actor_and_the_default_strategy_stops_it()
    {
        var echo = Echo();
        Watch(echo);

        EventFilter.Exception<ActorKilledException>().ExpectOne(() =>
        {
            echo.Tell(Kill.Instance);
            ExpectTerminated(echo);
        });
    }

    [Fact]
    public void Kill_is_a_failure_that_a_supervisor_may_answer_with_a_restart()
    {
        var supervisor = Sys.ActorOf(Supervisor.Props(new OneForOneStrategy(
            error => error is ActorKilledException ? Directive.Restart : Directive.Escalate)));
        var hooks = CreateTestProbe();
        supervisor.Tell(HookActor.Props(hooks), TestActor);
        var actor = ExpectMsg<IActorRef>();
        actor.Tell("one", TestActor);
        ExpectMsg(1);

        actor.Tell(Kill.Instance);
        actor.Tell("one again", TestActor);

        ExpectMsg(1);
    }

    [Fact]
    public async Task GracefulStop_completes_once_the_actor_is_gone()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var echo = Echo();
            Watch(echo);

            Assert.True(await echo.GracefulStop(Patience));

            ExpectTerminated(echo);
        }
    }

    [Fact]
    public async Task GracefulStop_of_a_stopped_actor_completes()
    {
        var echo = Echo();
        StopAndWait(echo);

        Assert.True(await echo.GracefulStop(Patience));
    }

    [Fact]
    public async Task GracefulStop_sends_the_message_it_is_given()
    {
        var actor = Actor((message, context) =>
        {
            TestActor.Tell(message);
            context.Stop(context.Self);
        });

        Assert.True(await actor.GracefulStop(Patience, "please"));

        ExpectMsg("please");
    }

    [Fact]
    public async Task GracefulStop_is_false_when_the_actor_does_not_stop_in_time()
    {
        var actor = Actor((_, _) => { });

        Assert.False(await actor.GracefulStop(TimeSpan.FromMilliseconds(20), "not a reason to stop"));
    }

    [Fact]
    public void A_large_tree_stops_from_the_leaves_up()
    {
        var stopped = 0;
        var root = Sys.ActorOf(Props.Create(() => new Tree(4, 5, () => Interlocked.Increment(ref stopped))));
        root.Tell("ping", TestActor);
        ExpectMsg("pong");

        StopAndWait(root);

        Assert.Equal(1 + 5 + 25 + 125 + 625, stopped);
    }

    [Fact]
    public void Stopping_twice_is_the_same_as_stopping_once()
    {
        var echo = Echo();
        Watch(echo);

        Sys.Stop(echo);
        Sys.Stop(echo);
        echo.Tell(PoisonPill.Instance);

        ExpectTerminated(echo);
        Sys.Stop(echo);
    }

    [Fact]
    public void A_stopping_actor_cannot_start_children()
    {
        var actor = Sys.ActorOf(Props.Create(() => new LateParent(TestActor)));

        Sys.Stop(actor);

        ExpectMsg<InvalidOperationException>();
    }

    private sealed class LateParent(IActorRef probe) : UntypedActor
    {
        protected override void PostStop() =>
            probe.Tell(Record.Exception(() => Context.ActorOf(HookActor.Props(Nobody.Instance)))!);

        protected override void OnReceive(object message) => Unhandled(message);
    }

    private sealed class Tree : ReceiveActor
    {
        private readonly Action _stopped;

        public Tree(int depth, int width, Action stopped)
        {
            _stopped = stopped;
            for (var i = 0; depth > 0 && i < width; i++)
            {
                Context.ActorOf(Props.Create(() => new Tree(depth - 1, width, stopped)));
            }

            ReceiveAny(_ => Sender.Tell("pong"));
        }

        protected override void PostStop()
        {
            Assert.Empty(Context.GetChildren());
            _stopped();
        }
    }
}
