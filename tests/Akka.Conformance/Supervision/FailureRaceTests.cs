using Akka.Actor;
using Akka.Conformance.Support;

namespace Akka.Conformance.Supervision;

/// <summary>Failures among other messages, other failures and stops.</summary>
public sealed class FailureRaceTests : ConformanceTest
{
    private static readonly Crash s_crash = new("boom");

    [Fact]
    public void Failures_in_between_lose_only_the_messages_that_failed()
    {
        const int messages = 200;
        for (var round = 0; round < 20; round++)
        {
            var child = StartChild(round % 2 == 0 ? Supervisor.Always(Directive.Restart) : Supervisor.Always(Directive.Resume), Relay());
            for (var i = 0; i < messages; i++)
            {
                child.Tell(i % 5 == 3 ? s_crash : i);
            }

            for (var i = 0; i < messages; i++)
            {
                if (i % 5 != 3)
                {
                    ExpectMsg(i);
                }
            }
        }
    }

    [Fact]
    public void A_failed_child_handles_nothing_until_its_supervisor_has_decided()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var handled = 0;
            var handledBeforeDecision = -1;
            var child = StartChild(
                new OneForOneStrategy(_ =>
                {
                    handledBeforeDecision = Volatile.Read(ref handled);
                    return Directive.Resume;
                }),
                LambdaActor.Props((message, _) =>
                {
                    if (message is Crash crash)
                    {
                        throw new CrashException(crash.Reason);
                    }

                    Interlocked.Increment(ref handled);
                    TestActor.Tell(message);
                }));

            child.Tell(s_crash);
            child.Tell("after");

            ExpectMsg("after");
            Assert.Equal(0, handledBeforeDecision);
        }
    }

    [Fact]
    public async Task The_children_of_a_failed_actor_handle_nothing_until_its_supervisor_has_decided()
    {
        var bystander = Echo();
        for (var round = 0; round < 20; round++)
        {
            var handled = 0;
            var handledBeforeDecision = -1;
            IActorRef child = Nobody.Instance;
            var top = Sys.ActorOf(Supervisor.Props(new OneForOneStrategy(_ =>
            {
                child.Tell("after");
                // Time enough for a message to be handled: another actor answers meanwhile.
                bystander.Ask("barrier", Patience).Wait(Patience);
                handledBeforeDecision = Volatile.Read(ref handled);
                return Directive.Resume;
            })));
            var middle = await top.Ask<IActorRef>(Supervisor.Props(Supervisor.Always(Directive.Resume)), Patience);
            child = await middle.Ask<IActorRef>(
                LambdaActor.Props((message, _) =>
                {
                    Interlocked.Increment(ref handled);
                    TestActor.Tell(message);
                }),
                Patience);

            middle.Tell(s_crash);

            ExpectMsg("after");
            Assert.Equal(0, handledBeforeDecision);
        }
    }

    [Fact]
    public async Task Failure_and_stop_race_to_termination()
    {
        var supervisor = Sys.ActorOf(Supervisor.Props(Supervisor.Always(Directive.Restart)));
        for (var round = 0; round < Rounds; round++)
        {
            var child = await supervisor.Ask<IActorRef>(Counter.Props, Patience);
            Watch(child);

            await Task.WhenAll(Task.Run(() => child.Tell(s_crash)), Task.Run(() => Sys.Stop(child)));

            ExpectTerminated(child);
        }
    }

    [Fact]
    public async Task A_supervisor_that_stops_takes_its_failing_children_along()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var supervisor = Sys.ActorOf(Supervisor.Props(Supervisor.Always(Directive.Restart)));
            var child = await supervisor.Ask<IActorRef>(Counter.Props, Patience);
            Watch(child);
            Watch(supervisor);

            await Task.WhenAll(Task.Run(() => child.Tell(s_crash)), Task.Run(() => Sys.Stop(supervisor)));

            var gone = new[] { ExpectMsg<Terminated>().ActorRef, ExpectMsg<Terminated>().ActorRef };
            Assert.Equal(new[] { child, supervisor }.Order(), gone.Order());
        }
    }

    [Fact]
    public async Task Concurrent_failures_of_many_children_are_all_answered()
    {
        var supervisor = Sys.ActorOf(Supervisor.Props(Supervisor.Always(Directive.Restart)));
        var children = new List<IActorRef>();
        for (var i = 0; i < 50; i++)
        {
            children.Add(await supervisor.Ask<IActorRef>(Counter.Props, Patience));
        }

        await Task.WhenAll(children.Select(child => Task.Run(async () =>
        {
            for (var round = 0; round < 20; round++)
            {
                child.Tell(s_crash);
                Assert.Equal(1, await child.Ask<int>("count", Patience));
            }
        })));
    }

    private Props Relay() => LambdaActor.Props((message, _) =>
    {
        if (message is Crash crash)
        {
            throw new CrashException(crash.Reason);
        }

        TestActor.Tell(message);
    });

    private IActorRef StartChild(SupervisorStrategy strategy, Props? props = null)
    {
        var supervisor = Sys.ActorOf(Supervisor.Props(strategy));
        supervisor.Tell(props ?? Counter.Props, TestActor);
        return ExpectMsg<IActorRef>();
    }
}
