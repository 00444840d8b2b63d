using Akka.Actor;
using Akka.Conformance.Support;
using Akka.Event;

namespace Akka.Conformance.Actors;

/// <summary>What the context offers, and that there is none outside of an actor.</summary>
public sealed class ContextTests : ConformanceTest
{
    [Fact]
    public void The_context_knows_the_actor_its_parent_its_system_and_its_props()
    {
        var parent = Sys.ActorOf(Supervisor.Props(SupervisorStrategy.DefaultStrategy), "parent");
        parent.Tell(
            LambdaActor.Props((_, context) =>
                TestActor.Tell((context.Self, context.Parent, context.System, context.Props.Type))),
            TestActor);
        var child = ExpectMsg<IActorRef>();

        child.Tell("go");

        Assert.Equal((child, parent, Sys, typeof(LambdaActor)), ExpectMsg<(IActorRef, IActorRef, ActorSystem, Type)>());
    }

    [Fact]
    public void Using_the_context_outside_of_an_actor_is_an_error()
    {
        // A fresh thread: the TestKit lends its own threads the context of the test actor.
        Exception? error = null;
        var thread = new Thread(() => error = Record.Exception(Contextual.UseContext));
        thread.Start();
        thread.Join();

        Assert.IsType<NotSupportedException>(error);
    }

    [Fact]
    public void An_actor_logs_and_publishes_through_its_system()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));

        Actor((_, context) => context.GetLogger().Warning("careful {0}", 1), "careful").Tell("go");

        var warning = ExpectMsg<Warning>();
        Assert.Equal("careful 1", warning.Message.ToString());
        Assert.Contains("/user/careful", warning.LogSource, StringComparison.Ordinal);
    }

    [Fact]
    public void A_child_can_stop_its_siblings_only_through_the_parent_or_a_message()
    {
        var parent = Actor((message, context) =>
        {
            switch (message)
            {
                case "start":
                    context.Sender.Tell(context.ActorOf(HookActor.Props(Nobody.Instance), "child"));
                    break;
                case "stop":
                    context.Stop(context.Child("child"));
                    break;
            }
        });
        parent.Tell("start", TestActor);
        var child = ExpectMsg<IActorRef>();
        Watch(child);

        parent.Tell("stop");

        ExpectTerminated(child);
    }

    private sealed class Contextual : ReceiveActor
    {
        public static void UseContext() => Context.GetChildren();
    }
}
