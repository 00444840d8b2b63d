using Akka.Actor;
using Akka.TestKit;

namespace Akka.Conformance.TestKits;

public sealed class TestActorRefTests() : global::Akka.TestKit.Xunit2.TestKit("akka.test.single-expect-default = 20s")
{
    [Fact]
    public void The_instance_can_be_seen_and_has_processed_what_was_told()
    {
        var actor = ActorOfAsTestActorRef(() => new Counter(), "counter");

        actor.Tell(2);
        actor.Tell(3);

        Assert.Equal(5, actor.UnderlyingActor.Sum);
        Assert.Equal("counter", actor.Path.Name);
    }

    [Fact]
    public void Receive_processes_at_once_and_throws_to_the_caller()
    {
        var actor = ActorOfAsTestActorRef<Counter>();

        actor.Receive(4);
        actor.Receive("sum", TestActor);

        ExpectMsgFrom(actor.Ref, 4);
        Assert.Throws<InvalidOperationException>(() => actor.Receive(-1));
        Assert.Equal(4, actor.UnderlyingActor.Sum);
    }

    [Fact]
    public void A_failure_of_a_told_message_reaches_the_supervisor()
    {
        var actor = ActorOfAsTestActorRef<Counter>();
        actor.Tell(4);
        var before = actor.UnderlyingActor;

        EventFilter.Exception<InvalidOperationException>().ExpectOne(() => actor.Tell(-1));
        AwaitAssert(() => Assert.NotSame(before, actor.UnderlyingActor));

        Assert.Equal(0, actor.UnderlyingActor.Sum);
    }

    [Fact]
    public void It_is_told_to_and_watched_like_any_actor()
    {
        var actor = ActorOfAsTestActorRef<Counter>(Props.Create(() => new Counter()));
        Watch(actor.Ref);

        actor.Tell("sum", TestActor);
        ExpectMsg(0);
        actor.Tell(PoisonPill.Instance);

        ExpectTerminated(actor.Ref);
    }

    [Fact]
    public void An_actor_on_the_calling_thread_has_answered_when_tell_returns()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Counter()).WithDispatcher(CallingThreadDispatcher.Id));
        actor.Tell(1);
        ExpectNoMsg(10);
        var thread = Environment.CurrentManagedThreadId;

        actor.Tell("thread");

        Assert.True(HasMessages);
        ExpectMsg($"thread {thread}");
    }

    private sealed class Counter : UntypedActor
    {
        public int Sum { get; private set; }

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case int and < 0:
                    throw new InvalidOperationException("negative");
                case int number:
                    Sum += number;
                    break;
                case "sum":
                    Sender.Tell(Sum);
                    break;
                case "thread":
                    Sender.Tell($"thread {Environment.CurrentManagedThreadId}");
                    break;
            }
        }
    }
}
