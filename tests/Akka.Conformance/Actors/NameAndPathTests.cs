using Akka.Actor;
using Akka.Conformance.Support;
using Akka.Event;

namespace Akka.Conformance.Actors;

/// <summary>Names, paths, incarnations and references.</summary>
public sealed class NameAndPathTests : ConformanceTest
{
    [Fact]
    public void A_path_is_the_chain_of_names_from_the_system_down()
    {
        var parent = Sys.ActorOf(Supervisor.Props(SupervisorStrategy.DefaultStrategy), "parent");
        parent.Tell((Props.Create(() => new HookActor(Nobody.Instance, "x")), "child"), TestActor);
        var child = ExpectMsg<IActorRef>();

        Assert.Equal($"akka://{Sys.Name}/user/parent/child", child.Path.ToString());
        Assert.Equal("child", child.Path.Name);
        Assert.Equal(["user", "parent", "child"], child.Path.Elements);
        Assert.Equal(parent.Path, child.Path.Parent);
        Assert.Equal($"/user/parent/child", child.Path.ToStringWithoutAddress());
        Assert.Equal(Sys.Name, child.Path.Address.System);
        Assert.Equal("akka", child.Path.Address.Protocol);
        Assert.True(child.Path.Address.HasLocalScope);
        Assert.Equal($"akka://{Sys.Name}/", child.Path.Root.ToString());
        Assert.Equal(child.Path, ActorPath.Parse($"akka://{Sys.Name}/user/parent/child"));
        Assert.Equal(child.Path, parent.Path / "child");
        Assert.Equal(parent.Path / "a" / "b", parent.Path / new[] { "a", "b" });
    }

    [Fact]
    public void An_actor_without_a_name_gets_a_name_of_its_own()
    {
        var names = Enumerable.Range(0, 1000).Select(_ => Echo().Path.Name).ToHashSet();

        Assert.Equal(1000, names.Count);
        Assert.All(names, name => Assert.StartsWith("$", name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("$reserved")]
    [InlineData("a/b")]
    [InlineData("with space")]
    [InlineData("hash#")]
    [InlineData("ä")]
    public void A_name_that_is_no_path_element_is_refused(string name) =>
        Assert.Throws<InvalidActorNameException>(() => Echo(name));

    [Theory]
    [InlineData("worker-1")]
    [InlineData("a_b.c*~")]
    [InlineData("a%20b")]
    [InlineData("(x)=1&2@3:4;5,6!'+")]
    public void Signs_that_a_path_element_allows_are_accepted(string name) =>
        Assert.Equal(name, Echo(name).Path.Name);

    [Fact]
    public void A_name_belongs_to_one_living_actor_at_a_time()
    {
        Echo("taken");

        var error = Assert.Throws<InvalidActorNameException>(() => Echo("taken"));
        Assert.Contains("taken", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parent_can_use_a_name_again_as_soon_as_Terminated_reaches_it_and_the_uid_differs()
    {
        var incarnations = new List<IActorRef>();
        Actor((_, context) =>
        {
            var child = context.ActorOf(HookActor.Props(Nobody.Instance), "again");
            incarnations.Add(child);
            if (incarnations.Count == Rounds)
            {
                TestActor.Tell("done");
                return;
            }

            context.Watch(child);
            context.Stop(child);
        }).Tell("start");

        ExpectMsg("done");
        Assert.Single(incarnations.Select(actor => actor.Path).Distinct());
        Assert.Equal(Rounds, incarnations.Distinct().Count());
        Assert.Equal(Rounds, incarnations.Select(actor => actor.Path.Uid).Distinct().Count());
    }

    [Fact]
    public void A_name_is_not_free_while_its_actor_is_still_stopping()
    {
        using var stopping = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var actor = Sys.ActorOf(Props.Create(() => new SlowToStop(stopping, gate)), "slow");
        Watch(actor);
        Sys.Stop(actor);
        Assert.True(stopping.Wait(Patience));

        Assert.Throws<InvalidActorNameException>(() => Echo("slow"));

        gate.Set();
        ExpectTerminated(actor);
        EchoOnceNameIsFree("slow");
    }

    [Fact]
    public void A_reference_to_an_old_incarnation_does_not_reach_the_new_one()
    {
        var old = Echo("again");
        StopAndWait(old);
        var fresh = EchoOnceNameIsFree("again");
        var deadLetters = CreateTestProbe();
        Sys.EventStream.Subscribe(deadLetters, typeof(DeadLetter));

        old.Tell("for the old one", TestActor);
        fresh.Tell("for the new one", TestActor);

        ExpectMsg("for the new one");
        Assert.Equal("for the old one", deadLetters.ExpectMsg<DeadLetter>().Message);
    }

    [Fact]
    public void A_restart_keeps_reference_and_uid()
    {
        var actor = Sys.ActorOf(HookActor.Props(Nobody.Instance));
        var uid = actor.Path.Uid;
        actor.Tell(new Crash("restart"));
        actor.Tell("after", TestActor);

        ExpectMsg(1);
        Assert.Equal(actor, LastSender);
        Assert.Equal(uid, LastSender.Path.Uid);
    }

    [Fact]
    public void References_compare_by_path_and_uid()
    {
        var first = Echo("a");
        var second = Echo("b");

        Assert.NotEqual(first, second);
        Assert.True(first.CompareTo(second) < 0);
        Assert.Equal(0, first.CompareTo(first));
        Assert.Equal(first.GetHashCode(), first.GetHashCode());
        Assert.True(ActorRefs.Nobody.IsNobody());
        Assert.False(first.IsNobody());
        Assert.Equal(ActorRefs.Nobody, Nobody.Instance);
    }

    [Fact]
    public void Paths_show_the_uid_only_when_asked()
    {
        var actor = Echo("a");

        Assert.Equal($"akka://{Sys.Name}/user/a#{actor.Path.Uid}", actor.Path.ToStringWithUid());
        Assert.Equal(actor.Path.ToStringWithUid(), actor.Path.ToSerializationFormat());
        Assert.Equal($"[{actor.Path.ToStringWithUid()}]", actor.ToString());
        Assert.Equal(actor.Path, actor.Path.WithUid(7));
    }

    [Fact]
    public void Children_are_found_by_name_until_they_are_gone()
    {
        var parent = Actor((message, context) =>
        {
            switch (message)
            {
                case "start":
                    context.Sender.Tell(context.ActorOf(HookActor.Props(Nobody.Instance), "child"));
                    break;
                case "look":
                    context.Sender.Tell((context.Child("child"), context.GetChildren().Count()));
                    break;
                case "stop":
                    context.WatchWith(context.Child("child"), "stopped");
                    context.Stop(context.Child("child"));
                    break;
                case "stopped":
                    TestActor.Tell("stopped");
                    break;
            }
        });

        parent.Tell("look", TestActor);
        Assert.Equal((ActorRefs.Nobody, 0), ExpectMsg<(IActorRef, int)>());
        parent.Tell("start", TestActor);
        var child = ExpectMsg<IActorRef>();
        parent.Tell("look", TestActor);
        Assert.Equal((child, 1), ExpectMsg<(IActorRef, int)>());
        parent.Tell("stop", TestActor);
        ExpectMsg("stopped");
        parent.Tell("look", TestActor);
        Assert.Equal((ActorRefs.Nobody, 0), ExpectMsg<(IActorRef, int)>());
    }

    private sealed class SlowToStop(ManualResetEventSlim stopping, ManualResetEventSlim gate) : UntypedActor
    {
        protected override void PostStop()
        {
            stopping.Set();
            gate.Wait(Patience);
        }

        protected override void OnReceive(object message) => Unhandled(message);
    }
}
