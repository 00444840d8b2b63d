using Akka.Actor;
using Akka.Conformance.Support;
using Akka.Event;

namespace Akka.Conformance.Actors;

/// <summary>ActorSelection, Identify and ResolveOne.</summary>
public sealed class SelectionTests : ConformanceTest
{
    [Fact]
    public void A_selection_looks_its_path_up_for_every_message()
    {
        var selection = Sys.ActorSelection("/user/target");
        for (var round = 0; round < Rounds; round++)
        {
            var actor = EchoOnceNameIsFree("target");
            selection.Tell(round, TestActor);
            ExpectMsg(round);
            Assert.Equal(actor, LastSender);
            StopAndWait(actor);
        }
    }

    [Theory]
    [InlineData("/user/worker*", "worker-1 worker-2 worker-10")]
    [InlineData("/user/worker-?", "worker-1 worker-2")]
    [InlineData("/user/*", "worker-1 worker-2 worker-10 other")]
    [InlineData("/user/*r", "other")]
    [InlineData("/user/worker-1", "worker-1")]
    public void Wildcards_reach_every_actor_that_matches(string path, string expected)
    {
        foreach (var name in (string[])["worker-1", "worker-2", "worker-10", "other"])
        {
            Echo(name);
        }

        Sys.ActorSelection(path).Tell("hello", TestActor);

        var names = expected.Split(' ');
        var answered = new List<string>();
        foreach (var _ in names)
        {
            ExpectMsg("hello");
            answered.Add(LastSender.Path.Name);
        }

        Assert.Equal(names.Order(), answered.Order());
    }

    [Fact]
    public void Wildcards_work_in_the_middle_of_a_path()
    {
        foreach (var name in (string[])["a", "b"])
        {
            var parent = Sys.ActorOf(Supervisor.Props(SupervisorStrategy.DefaultStrategy), name);
            parent.Tell((LambdaActor.Props((message, context) => context.Sender.Tell(message)), "leaf"), TestActor);
            ExpectMsg<IActorRef>();
        }

        Sys.ActorSelection("/user/*/leaf").Tell("hello", TestActor);

        ExpectMsg("hello");
        var first = LastSender;
        ExpectMsg("hello");
        Assert.NotEqual(first, LastSender);
    }

    [Fact]
    public void A_relative_selection_starts_at_the_actor()
    {
        Echo("sibling");
        var parent = Actor((message, context) =>
        {
            switch (message)
            {
                case "start":
                    context.ActorOf(LambdaActor.Props((m, c) => c.Sender.Tell(m)), "child");
                    context.Sender.Tell("started");
                    break;
                default:
                    context.ActorSelection((string)message).Tell(message, context.Sender);
                    break;
            }
        });
        parent.Tell("start", TestActor);
        ExpectMsg("started");

        parent.Tell("../sibling", TestActor);
        ExpectMsg("../sibling");
        Assert.Equal("sibling", LastSender.Path.Name);
        parent.Tell("child", TestActor);
        ExpectMsg("child");
        Assert.Equal(parent.Path, LastSender.Path.Parent);
    }

    [Fact]
    public void Identify_is_answered_by_every_actor_with_its_reference()
    {
        var actor = Actor((_, _) => { });

        actor.Tell(new Identify("question"), TestActor);

        var identity = ExpectMsg<ActorIdentity>();
        Assert.Equal("question", identity.MessageId);
        Assert.Equal(actor, identity.Subject);
    }

    [Fact]
    public void Identify_through_a_selection_to_nobody_is_answered_without_a_subject()
    {
        Sys.ActorSelection("/user/nobody/here").Tell(new Identify(1), TestActor);

        var identity = ExpectMsg<ActorIdentity>();
        Assert.Equal(1, identity.MessageId);
        Assert.Null(identity.Subject);
    }

    [Fact]
    public async Task ResolveOne_finds_the_actor_or_fails()
    {
        var actor = Echo("target");

        Assert.Equal(actor, await Sys.ActorSelection("/user/target").ResolveOne(Patience));
        Assert.Equal(actor, await Sys.ActorSelection(actor.Path).ResolveOne(Patience));
        Assert.Equal(actor, await Sys.ActorSelection(actor.Path.ToString()).ResolveOne(Patience));
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection("/user/nobody").ResolveOne(Patience));
    }

    [Fact]
    public void A_message_through_a_selection_to_nobody_is_a_dead_letter()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));

        Sys.ActorSelection("/user/nobody").Tell("hello", TestActor);

        var letter = ExpectMsg<DeadLetter>();
        Assert.Equal("hello", letter.Message);
        Assert.Equal(TestActor, letter.Sender);
    }

    [Fact]
    public async Task A_selection_can_be_asked()
    {
        Echo("target");

        Assert.Equal("hello", await Sys.ActorSelection("/user/target").Ask<string>("hello", Patience));
    }

    [Fact]
    public void PoisonPill_through_a_selection_stops_the_actors()
    {
        var first = Echo("a-1");
        var second = Echo("a-2");
        Watch(first);
        Watch(second);

        Sys.ActorSelection("/user/a-*").Tell(PoisonPill.Instance);

        var gone = new[] { ExpectMsg<Terminated>().ActorRef, ExpectMsg<Terminated>().ActorRef };
        Assert.Equal(new[] { first, second }.Order(), gone.Order());
    }
}
