using Akka.Actor;
using Akka.Conformance.Support;

namespace Akka.Conformance.Actors;

/// <summary>Become and BecomeStacked.</summary>
public sealed class BehaviourTests : ConformanceTest
{
    [Fact]
    public void BecomeStacked_and_UnbecomeStacked_push_and_pop()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Stacker()));

        foreach (var step in (string[])["?", "push", "?", "push", "?", "pop", "?", "pop", "?"])
        {
            actor.Tell(step, TestActor);
        }

        foreach (var depth in (int[])[0, 1, 2, 1, 0])
        {
            ExpectMsg(depth);
        }
    }

    [Fact]
    public void Popping_the_last_behaviour_keeps_it()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Stacker()));

        actor.Tell("pop");
        actor.Tell("pop");
        actor.Tell("?", TestActor);

        ExpectMsg(0);
    }

    [Fact]
    public void Become_replaces_the_top_of_the_stack_only()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Stacker()));

        foreach (var step in (string[])["push", "replace", "?", "pop", "?"])
        {
            actor.Tell(step, TestActor);
        }

        ExpectMsg(100);
        ExpectMsg(0);
    }

    [Fact]
    public void A_restart_returns_to_the_first_behaviour()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Stacker()));

        actor.Tell("push");
        actor.Tell(new Crash("restart"));
        actor.Tell("?", TestActor);

        ExpectMsg(0);
    }

    [Fact]
    public void A_receive_actor_returns_to_its_constructor_s_handlers_on_restart()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Phased()));

        actor.Tell("next");
        actor.Tell("which", TestActor);
        ExpectMsg("second");
        actor.Tell(new Crash("restart"));
        actor.Tell("which", TestActor);
        ExpectMsg("first");
    }

    private sealed class Stacker : UntypedActor
    {
        protected override void OnReceive(object message) => OnReceive(message, 0);

        private void OnReceive(object message, int depth)
        {
            switch (message)
            {
                case "push":
                    BecomeStacked(next => OnReceive(next, depth + 1));
                    break;
                case "pop":
                    UnbecomeStacked();
                    break;
                case "replace":
                    Become(next => OnReceive(next, 100));
                    break;
                case "?":
                    Sender.Tell(depth);
                    break;
                case Crash crash:
                    throw new CrashException(crash.Reason);
            }
        }
    }

    private sealed class Phased : ReceiveActor
    {
        public Phased()
        {
            Receive<string>(text => text == "next", _ => Become(Second));
            Receive<string>(_ => Sender.Tell("first"));
        }

        private void Second()
        {
            Receive<string>(_ => Sender.Tell("second"));
            Receive<Crash>(crash => throw new CrashException(crash.Reason));
        }
    }
}
