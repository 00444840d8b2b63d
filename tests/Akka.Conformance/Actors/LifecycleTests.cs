using Akka.Actor;
using Akka.Conformance.Support;

namespace Akka.Conformance.Actors;

/// <summary>Which hooks run, in which order, on which instance.</summary>
public sealed class LifecycleTests : ConformanceTest
{
    [Fact]
    public void Start_and_stop_call_constructor_PreStart_PostStop()
    {
        var actor = Sys.ActorOf(HookActor.Props(TestActor));
        ExpectHooks("actor: constructor", "actor: PreStart");

        Watch(actor);
        Sys.Stop(actor);

        ExpectHooks("actor: PostStop");
        ExpectTerminated(actor);
    }

    [Fact]
    public void A_restart_calls_PreRestart_PostStop_constructor_PostRestart_PreStart()
    {
        var actor = Sys.ActorOf(HookActor.Props(TestActor));
        ExpectHooks("actor: constructor", "actor: PreStart");

        actor.Tell(new Crash("boom"));

        ExpectHooks(
            "actor: PreRestart boom Crash { Reason = boom }",
            "actor: PostStop",
            "actor: constructor",
            "actor: PostRestart boom",
            "actor: PreStart");
    }

    [Fact]
    public void A_restart_keeps_the_mailbox_and_drops_the_message_that_failed()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var seen = new List<object>();
            using var gate = new ManualResetEventSlim();
            var actor = Actor((message, _) =>
            {
                gate.Wait(Patience);
                seen.Add(message);
                if (message is Crash crash)
                {
                    throw new CrashException(crash.Reason);
                }

                if (message is "last")
                {
                    TestActor.Tell(seen.Count);
                }
            });

            actor.Tell(1);
            actor.Tell(new Crash("a"));
            actor.Tell(2);
            actor.Tell(new Crash("b"));
            actor.Tell("last");
            gate.Set();

            ExpectMsg(5);
            Assert.Equal([1, new Crash("a"), 2, new Crash("b"), "last"], seen);
        }
    }

    [Fact]
    public void Resume_keeps_the_instance_and_calls_no_hook()
    {
        var supervisor = Sys.ActorOf(Supervisor.Props(Supervisor.Always(Directive.Resume)));
        var hooks = CreateTestProbe();
        supervisor.Tell(HookActor.Props(hooks), TestActor);
        var actor = ExpectMsg<IActorRef>();

        actor.Tell("one", TestActor);
        actor.Tell(new Crash("boom"));
        actor.Tell("three", TestActor);

        ExpectMsg(1);
        ExpectMsg(3);
        Assert.Equal(["actor: constructor", "actor: PreStart"], hooks.ReceiveN(2));
        Assert.False(hooks.HasMessages);
    }

    [Fact]
    public void A_restart_stops_the_children_first()
    {
        var parent = Sys.ActorOf(Props.Create(() => new Parent(TestActor)));
        ExpectHooks("parent: PreStart", "child: constructor", "child: PreStart");

        parent.Tell(new Crash("boom"));

        // PostStop of the old instance runs inside PreRestart; the new one starts when the children are gone.
        ReceiveInAnyOrder("parent: PostStop", "child: PostStop");
        ExpectHooks("parent: PreStart", "child: constructor", "child: PreStart");
    }

    [Fact]
    public void Stopping_stops_the_children_before_PostStop_of_the_parent()
    {
        for (var round = 0; round < 20; round++)
        {
            var parent = Sys.ActorOf(Props.Create(() => new Parent(TestActor)));
            ExpectHooks("parent: PreStart", "child: constructor", "child: PreStart");

            Sys.Stop(parent);

            ExpectHooks("child: PostStop", "parent: PostStop");
        }
    }

    [Fact]
    public void A_failing_constructor_stops_the_actor()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Fragile(TestActor, "constructor")));

        ExpectTerminated(Watch(actor));
    }

    [Fact]
    public void A_failing_PreStart_stops_the_actor()
    {
        EventFilter.Exception<ActorInitializationException>().ExpectOne(() =>
        {
            var actor = Sys.ActorOf(Props.Create(() => new Fragile(TestActor, "PreStart")));
            ExpectTerminated(Watch(actor));
        });
    }

    [Fact]
    public void A_failing_PostStop_does_not_keep_the_actor_from_terminating()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Fragile(TestActor, "PostStop")));

        Watch(actor);
        Sys.Stop(actor);

        ExpectTerminated(actor);
    }

    [Fact]
    public void A_failing_PreRestart_does_not_prevent_the_restart_and_is_reported()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Fragile(TestActor, "PreRestart")));
        Watch(actor);

        actor.Tell(new Crash("first"));

        // The guardian sees a PreRestartException as one more failure and restarts.
        actor.Tell("alive?", TestActor);
        ExpectMsg("alive?");
    }

    [Fact]
    public void A_failing_PostRestart_is_a_failure_during_initialisation()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Fragile(TestActor, "PostRestart")));
        Watch(actor);

        EventFilter.Exception<PostRestartException>().ExpectOne(() =>
        {
            actor.Tell(new Crash("first"));
            ExpectTerminated(actor);
        });
    }

    [Fact]
    public void The_sender_and_the_message_are_known_in_PreRestart()
    {
        var actor = Sys.ActorOf(Props.Create(() => new RestartSpy(TestActor)));
        var probe = CreateTestProbe();

        actor.Tell(new Crash("boom"), probe);

        Assert.Equal((new Crash("boom"), probe.Ref), ExpectMsg<(object, IActorRef)>());
    }

    private void ReceiveInAnyOrder(params string[] expected) =>
        Assert.Equal(expected.Order(), ReceiveN(expected.Length).Cast<string>().Order());

    private void ExpectHooks(params string[] hooks)
    {
        foreach (var hook in hooks)
        {
            ExpectMsg(hook);
        }
    }

    private sealed class Parent(IActorRef probe) : UntypedActor
    {
        protected override void PreStart()
        {
            probe.Tell("parent: PreStart");
            Context.ActorOf(HookActor.Props(probe, "child"), "child");
        }

        protected override void PostStop() => probe.Tell("parent: PostStop");

        protected override void OnReceive(object message) => throw new CrashException("boom");
    }

    private sealed class RestartSpy(IActorRef probe) : UntypedActor
    {
        protected override void PreRestart(Exception reason, object message) => probe.Tell((message, Sender));

        protected override void OnReceive(object message) => throw new CrashException("boom");
    }

    /// <summary>Throws in the place that it is told, if it is told by name.</summary>
    private sealed class Fragile : UntypedActor
    {
        private readonly IActorRef _probe;
        private readonly string _where;

        public Fragile(IActorRef probe, string where)
        {
            _probe = probe;
            _where = where;
            ThrowIf("constructor");
        }

        protected override void PreStart() => ThrowIf("PreStart");

        protected override void PostStop() => ThrowIf("PostStop");

        protected override void PreRestart(Exception reason, object message) => ThrowIf("PreRestart");

        protected override void PostRestart(Exception reason) => ThrowIf("PostRestart");

        protected override void OnReceive(object message)
        {
            if (message is Crash crash)
            {
                throw new CrashException(crash.Reason);
            }

            _probe.Tell(message);
        }

        private void ThrowIf(string place)
        {
            if (_where == place)
            {
                throw new CrashException(place);
            }
        }
    }
}
