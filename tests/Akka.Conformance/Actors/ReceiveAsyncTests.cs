using Akka.Actor;
using Akka.Conformance.Support;

namespace Akka.Conformance.Actors;

/// <summary>Asynchronous handlers: the mailbox waits for them, and what they see afterwards.</summary>
public sealed class ReceiveAsyncTests : ConformanceTest
{
    [Fact]
    public void No_other_message_is_handled_while_a_handler_awaits()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var actor = Sys.ActorOf(Props.Create(() => new Awaiting(released.Task, TestActor)));

            actor.Tell("wait");
            actor.Tell("next");
            ExpectMsg("began wait");
            released.SetResult();

            ExpectMsg("ended wait");
            ExpectMsg("next");
        }
    }

    [Fact]
    public void Handlers_that_really_yield_keep_order_and_state()
    {
        const int messages = 1_000;
        var actor = Sys.ActorOf(Props.Create(() => new Yielding(TestActor)));

        for (var i = 0; i < messages; i++)
        {
            actor.Tell(i);
        }

        actor.Tell("report");

        Assert.Equal((messages, 0), ExpectMsg<(int, int)>());
    }

    [Fact]
    public void Self_Sender_and_Context_survive_an_await()
    {
        var actor = Sys.ActorOf(Props.Create(() => new ContextSpy()));

        actor.Tell("go", TestActor);

        Assert.Equal((actor, TestActor), ExpectMsg<(IActorRef, IActorRef)>());
        Assert.Equal(actor, LastSender);
    }

    [Fact]
    public void A_failure_after_an_await_goes_to_the_supervisor()
    {
        var supervisor = Sys.ActorOf(Supervisor.Props(new OneForOneStrategy(error =>
        {
            TestActor.Tell(error);
            return Directive.Restart;
        })));
        supervisor.Tell(Props.Create(() => new Awaiting(Task.CompletedTask, TestActor)), TestActor);
        var actor = ExpectMsg<IActorRef>();

        actor.Tell(new Crash("late"));
        actor.Tell("next");

        Assert.Equal("late", ExpectMsg<CrashException>().Message);
        ExpectMsg("next");
    }

    [Fact]
    public void System_messages_wait_for_the_handler_too()
    {
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = Sys.ActorOf(Props.Create(() => new Awaiting(released.Task, TestActor)));
        Watch(actor);
        actor.Tell("wait");
        ExpectMsg("began wait");

        Sys.Stop(actor);
        released.SetResult();

        ExpectMsg("ended wait");
        ExpectTerminated(actor);
    }

    [Fact]
    public async Task Many_actors_await_at_the_same_time()
    {
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var props = Props.Create(() => new Awaiting(released.Task, Nobody.Instance));
        var actors = Enumerable.Range(0, 1_000).Select(_ => Sys.ActorOf(props)).ToList();
        foreach (var actor in actors)
        {
            actor.Tell("wait");
        }

        var answers = actors.Select(actor => actor.Ask<string>("answer", Patience)).ToList();
        Assert.DoesNotContain(answers, answer => answer.IsCompleted);
        released.SetResult();

        Assert.All(await Task.WhenAll(answers), answer => Assert.Equal("answered", answer));
    }

    private sealed class Awaiting : ReceiveActor
    {
        public Awaiting(Task release, IActorRef probe)
        {
            ReceiveAsync<string>(text => text == "wait", async text =>
            {
                probe.Tell($"began {text}");
                await release;
                probe.Tell($"ended {text}");
            });
            ReceiveAsync<Crash>(async crash =>
            {
                await Task.Yield();
                throw new CrashException(crash.Reason);
            });
            Receive<string>(text => text == "answer", _ => Sender.Tell("answered"));
            ReceiveAnyAsync(async other =>
            {
                await Task.Yield();
                probe.Tell(other);
            });
        }
    }

    private sealed class Yielding : ReceiveActor
    {
        private int _next;
        private int _outOfOrder;

        public Yielding(IActorRef probe)
        {
            ReceiveAsync<int>(async number =>
            {
                _outOfOrder += number == _next ? 0 : 1;
                await Task.Yield();
                _next++;
            });
            Receive<string>(_ => probe.Tell((_next, _outOfOrder)));
        }
    }

    private sealed class ContextSpy : ReceiveActor
    {
        public ContextSpy() => ReceiveAsync<string>(async _ =>
        {
            await Task.Delay(1);
            await Task.Run(() => { });
            Sender.Tell((Context.Self, Sender));
        });
    }
}
