using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.TestActors;

namespace Akka.Conformance.TestKits;

public sealed class ProbeTests() : global::Akka.TestKit.Xunit2.TestKit("akka.test.single-expect-default = 20s")
{
    [Fact]
    public void A_probe_sends_and_replies_as_itself()
    {
        var one = CreateTestProbe("one");
        var two = CreateTestProbe();

        one.Send(two, "question");
        two.ExpectMsgFrom(one, "question");
        Assert.Equal(one.Ref, two.Sender);
        two.Reply("answer");
        one.ExpectMsgFrom(two, "answer");

        Assert.StartsWith("one", one.Ref.Path.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void A_probe_forwards_with_the_original_sender()
    {
        var middle = CreateTestProbe();
        var end = CreateTestProbe();

        middle.Tell("first");
        middle.ExpectMsg("first");
        middle.Forward(end);
        end.ExpectMsgFrom(TestActor, "first");

        middle.Forward(end, "second");
        end.ExpectMsgFrom(TestActor, "second");
    }

    [Fact]
    public void A_probe_is_equal_to_its_reference()
    {
        var probe = CreateTestProbe();

        Assert.True(probe.Ref.Equals((IActorRef)probe));
        Assert.True(probe.Equals(probe.Ref));
        Assert.Equal(probe.Ref.GetHashCode(), probe.GetHashCode());
        Assert.Equal(probe.Ref.Path, ((IActorRef)probe).Path);
    }

    [Fact]
    public void A_probe_can_be_watched_and_stopped_like_any_actor()
    {
        var probe = CreateTestProbe();

        Watch(probe);
        Sys.Stop(probe);

        ExpectTerminated(probe);
    }

    [Fact]
    public async Task An_auto_pilot_reacts_before_the_test_sees_the_message()
    {
        var probe = CreateTestProbe();
        probe.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            sender.Tell($"echo {message}", probe.Ref);
            return message is "last" ? AutoPilot.NoAutoPilot : AutoPilot.KeepRunning;
        }));

        Assert.Equal("echo one", await probe.Ask<string>("one", TimeSpan.FromSeconds(10)));
        Assert.Equal("echo last", await probe.Ask<string>("last", TimeSpan.FromSeconds(10)));
        probe.Tell("ignored");

        probe.ExpectMsg("one");
        probe.ExpectMsg("last");
        probe.ExpectMsg("ignored");
        ExpectNoMsg(30);
    }

    [Fact]
    public void An_auto_pilot_may_hand_over_to_another()
    {
        var second = new DelegateAutoPilot((sender, _) =>
        {
            sender.Tell("second");
            return AutoPilot.KeepRunning;
        });
        SetAutoPilot(new DelegateAutoPilot((sender, _) =>
        {
            sender.Tell("first");
            return second;
        }));
        var probe = CreateTestProbe();

        for (var i = 0; i < 3; i++)
        {
            probe.Send(TestActor, i);
        }

        probe.ExpectMsg("first");
        probe.ExpectMsg("second");
        probe.ExpectMsg("second");
    }

    [Fact]
    public void A_child_of_the_test_actor_knows_it_as_its_parent()
    {
        var child = ChildActorOf(Props.Create(() => new ParentTeller()), "child");

        ExpectMsgFrom(child, "born");
        Assert.Equal(TestActor.Path, child.Path.Parent);
    }

#if !AKKA_OFFICIAL
    // Akka.NET 1.5.31 restarts the child.
    [Fact]
    public void A_child_of_the_test_actor_is_supervised_as_the_test_says()
    {
        var child = ChildActorOf(Props.Create(() => new ParentTeller()), new OneForOneStrategy(_ => Directive.Stop));
        ExpectMsg("born");
        Watch(child);

        EventFilter.Exception<InvalidOperationException>().ExpectOne(() => child.Tell("fail"));

        ExpectTerminated(child);
    }
#endif

    [Fact]
    public void The_kit_s_actors_echo_and_swallow()
    {
        var echo = ActorOf(SimpleEchoActor.Props());
        var hole = ActorOf(BlackHoleActor.Props);

        hole.Tell("swallowed");
        echo.Tell("echoed");

        ExpectMsg("echoed");
    }

    private sealed class ParentTeller : UntypedActor
    {
        protected override void PreStart() => Context.Parent.Tell("born");

        protected override void OnReceive(object message) => throw new InvalidOperationException("on demand");
    }
}
