using Akka.Actor;
using Akka.Conformance.Support;
using Akka.Event;

namespace Akka.Conformance.Events;

/// <summary>Where messages go that nobody gets.</summary>
public sealed class DeadLetterTests : ConformanceTest
{
    private sealed record Suppressed : IDeadLetterSuppression;

    [Fact]
    public void A_message_to_a_stopped_actor_is_a_dead_letter_with_sender_and_recipient()
    {
        var echo = Echo();
        StopAndWait(echo);
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var sender = CreateTestProbe();

        for (var round = 0; round < Rounds; round++)
        {
            echo.Tell(round, sender);

            var letter = ExpectMsg<DeadLetter>();
            Assert.Equal(round, letter.Message);
            Assert.Equal(sender.Ref, letter.Sender);
            Assert.Equal(echo, letter.Recipient);
        }
    }

    [Fact]
    public void No_message_is_lost_between_an_actor_that_stops_and_the_dead_letters()
    {
        const int messages = 200;
        var letters = CreateTestProbe();
        Sys.EventStream.Subscribe(letters, typeof(DeadLetter));
        for (var round = 0; round < Rounds; round++)
        {
            var handled = 0;
            var actor = Actor((_, _) => handled++);
            Watch(actor);
            for (var i = 0; i < messages; i++)
            {
                if (i == messages / 2)
                {
                    Sys.Stop(actor);
                }

                actor.Tell(i);
            }

            ExpectTerminated(actor);
            actor.Tell(-1);
            var lost = 0;
            while (letters.ExpectMsg<DeadLetter>().Message is not -1)
            {
                lost++;
            }

            Assert.Equal(messages, handled + lost);
        }
    }

    [Fact]
    public void What_is_sent_to_the_dead_letters_is_a_dead_letter()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));

        Sys.DeadLetters.Tell("hello", TestActor);

        Assert.Equal("hello", ExpectMsg<DeadLetter>().Message);
    }

    [Fact]
    public void A_message_that_suppresses_dead_letters_is_published_for_those_who_ask_for_all()
    {
        var echo = Echo();
        StopAndWait(echo);
        var ordinary = CreateTestProbe();
        var all = CreateTestProbe();
        Sys.EventStream.Subscribe(ordinary, typeof(DeadLetter));
        Sys.EventStream.Subscribe(all, typeof(AllDeadLetters));

        echo.Tell(new Suppressed(), TestActor);
        echo.Tell("ordinary", TestActor);

        Assert.Equal("ordinary", ordinary.ExpectMsg<DeadLetter>().Message);
        Assert.IsType<Suppressed>(all.ExpectMsg<SuppressedDeadLetter>().Message);
        Assert.Equal("ordinary", all.ExpectMsg<DeadLetter>().Message);
    }

    [Fact]
    public void What_is_sent_to_nobody_disappears()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(AllDeadLetters));

        ActorRefs.Nobody.Tell("hello", TestActor);
        Sys.DeadLetters.Tell("last");

        Assert.Equal("last", ExpectMsg<DeadLetter>().Message);
    }
}
