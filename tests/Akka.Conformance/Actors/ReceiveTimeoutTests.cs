using Akka.Actor;
using Akka.Conformance.Support;
using Akka.TestKit;

namespace Akka.Conformance.Actors;

/// <summary>Receive timeouts, in virtual time.</summary>
public sealed class ReceiveTimeoutTests : ConformanceTest
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    public ReceiveTimeoutTests()
        : base($"akka.scheduler.implementation = \"{typeof(TestScheduler).AssemblyQualifiedName}\"")
    {
    }

    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void Silence_for_the_given_time_brings_a_ReceiveTimeout_again_and_again()
    {
        var actor = Idle();

        for (var round = 0; round < 3; round++)
        {
            Clock.Advance(s_timeout);
            ExpectMsg("timeout");
            Settle(actor);
        }
    }

    [Fact]
    public void Each_message_starts_the_wait_anew()
    {
        var actor = Idle();

        for (var round = 0; round < 5; round++)
        {
            Clock.Advance(s_timeout - TimeSpan.FromSeconds(1));
            actor.Tell("ordinary");
            ExpectMsg("ordinary");
            Settle(actor);
        }

        Clock.Advance(s_timeout);
        ExpectMsg("timeout");
    }

    [Fact]
    public void A_message_that_does_not_influence_the_timeout_leaves_the_wait_alone()
    {
        var actor = Idle();

        Clock.Advance(s_timeout - TimeSpan.FromSeconds(1));
        actor.Tell(new Neutral());
        ExpectMsg("neutral");
        Clock.Advance(TimeSpan.FromSeconds(1));

        ExpectMsg("timeout");
    }

    [Fact]
    public void Null_switches_the_timeout_off()
    {
        var actor = Idle();
        actor.Tell("off");
        ExpectMsg("off");
        Settle(actor);

        Clock.Advance(s_timeout * 3);
        actor.Tell("ordinary");

        ExpectMsg("ordinary");
    }

    [Fact]
    public void The_timeout_can_be_read_back()
    {
        var actor = Actor((_, context) =>
        {
            context.Sender.Tell(context.ReceiveTimeout.HasValue);
            context.SetReceiveTimeout(s_timeout);
            context.Sender.Tell(context.ReceiveTimeout!.Value);
        });

        actor.Tell("go", TestActor);

        ExpectMsg(false);
        ExpectMsg(s_timeout);
    }

    [Fact]
    public void A_stopped_actor_gets_no_timeout()
    {
        var actor = Idle();
        StopAndWait(actor);
        Sys.EventStream.Subscribe(TestActor, typeof(global::Akka.Event.AllDeadLetters));

        Clock.Advance(s_timeout * 3);
        actor.Tell("last", TestActor);

        Assert.Equal("last", ExpectMsg<global::Akka.Event.DeadLetter>().Message);
    }

    private IActorRef Idle()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Impatient(TestActor)));
        Settle(actor);
        return actor;
    }

    // The timer is set after the handler returns: a message that leaves it alone, answered, shows that this has happened.
    private void Settle(IActorRef actor)
    {
        actor.Tell(new Neutral());
        ExpectMsg("neutral");
    }

    private sealed record Neutral : INotInfluenceReceiveTimeout;

    private sealed class Impatient : ReceiveActor
    {
        public Impatient(IActorRef probe)
        {
            SetReceiveTimeout(s_timeout);
            Receive<ReceiveTimeout>(_ => probe.Tell("timeout"));
            Receive<Neutral>(_ => probe.Tell("neutral"));
            Receive<string>(text =>
            {
                if (text == "off")
                {
                    SetReceiveTimeout(null);
                }

                probe.Tell(text);
            });
        }
    }
}
