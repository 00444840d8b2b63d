using Akka.Actor;
using Akka.Conformance.Support;
using Akka.Event;

namespace Akka.Conformance.Asking;

/// <summary>Ask: answers, failures, timeouts and their races.</summary>
public sealed class AskTests : ConformanceTest
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task An_answer_completes_the_task()
    {
        var echo = Echo();

        Assert.Equal("hello", await echo.Ask<string>("hello", Patience));
        Assert.Equal("hello", await echo.Ask<object>("hello"));
        Assert.Equal("hello", await echo.Ask("hello", Patience));
    }

    [Fact]
    public async Task Many_askers_get_their_own_answers()
    {
        var echo = Echo();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(asker => Task.Run(async () =>
        {
            var wrong = 0;
            for (var i = 0; i < 500; i++)
            {
                wrong += await echo.Ask<(int, int)>((asker, i), Patience) == (asker, i) ? 0 : 1;
            }

            return wrong;
        })));

        Assert.Equal([0, 0, 0, 0], answers);
    }

    [Fact]
    public async Task Silence_ends_in_AskTimeoutException()
    {
        var silent = Actor((_, _) => { });

        await Assert.ThrowsAsync<AskTimeoutException>(() => silent.Ask<string>("hello", s_short));
    }

    [Fact]
    public async Task A_stopped_actor_answers_with_silence_and_the_question_is_a_dead_letter()
    {
        var echo = Echo();
        StopAndWait(echo);
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));

        await Assert.ThrowsAsync<AskTimeoutException>(() => echo.Ask<string>("hello", s_short));

        Assert.Equal("hello", ExpectMsg<DeadLetter>().Message);
    }

    [Fact]
    public async Task Cancellation_cancels_the_task()
    {
        using var cancellation = new CancellationTokenSource();
        var silent = Actor((_, _) => { });

        var answer = silent.Ask<string>("hello", cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    [Fact]
    public async Task Status_Failure_fails_the_task_with_its_cause()
    {
        var error = new CrashException("no");
        var refusing = Actor((_, context) => context.Sender.Tell(new Status.Failure(error)));

        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => refusing.Ask<string>("hello", Patience));

        Assert.Same(error, thrown is AggregateException many ? many.InnerException : thrown);
    }

    [Fact]
    public async Task Status_Failure_is_an_answer_to_those_who_ask_for_a_status()
    {
        var refusing = Actor((_, context) => context.Sender.Tell(new Status.Failure(new CrashException("no"))));

        Assert.IsType<Status.Failure>(await refusing.Ask<Status>("hello", Patience));
    }

    [Fact]
    public async Task An_answer_of_another_type_fails_the_task()
    {
        var echo = Echo();

        await Assert.ThrowsAsync<ArgumentException>(() => echo.Ask<int>("text", Patience));
    }

    [Fact]
    public async Task An_exception_in_the_actor_is_not_sent_to_the_asker()
    {
        var crashing = Actor((_, _) => throw new CrashException("boom"));

        await Assert.ThrowsAsync<AskTimeoutException>(() => crashing.Ask<string>("hello", s_short));
    }

    [Fact]
    public async Task The_first_answer_counts()
    {
        var talkative = Actor((_, context) =>
        {
            context.Sender.Tell("first");
            context.Sender.Tell("second");
        });

        for (var round = 0; round < Rounds; round++)
        {
            Assert.Equal("first", await talkative.Ask<string>("hello", Patience));
        }
    }

    [Fact]
    public async Task An_answer_after_the_timeout_is_a_dead_letter()
    {
        IActorRef? asker = null;
        var late = Actor((message, context) =>
        {
            if (message is "now")
            {
                asker!.Tell("too late");
            }
            else
            {
                asker = context.Sender;
            }
        });
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        await Assert.ThrowsAsync<AskTimeoutException>(() => late.Ask<string>("hello", s_short));

        late.Tell("now");

        Assert.Equal("too late", ExpectMsg<DeadLetter>().Message);
    }

    [Fact]
    public async Task The_asker_is_a_temporary_actor()
    {
        var actor = Actor((_, context) => context.Sender.Tell(context.Sender.Path.ToStringWithoutAddress()));

        Assert.StartsWith("/temp/", await actor.Ask<string>("hello", Patience), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_message_can_name_the_asker()
    {
        var actor = Actor((message, _) => ((IActorRef)message).Tell("hello"));

        Assert.Equal("hello", await actor.Ask<string>(asker => asker, Patience, CancellationToken.None));
    }

    [Fact]
    public async Task Answer_and_timeout_race_to_exactly_one_outcome()
    {
        var outcomes = new int[2];
        var echo = Echo();
        for (var round = 0; round < Rounds; round++)
        {
            try
            {
                Assert.Equal(round, await echo.Ask<int>(round, TimeSpan.FromMilliseconds(1)));
                outcomes[0]++;
            }
            catch (AskTimeoutException)
            {
                outcomes[1]++;
            }
        }

        Assert.Equal(Rounds, outcomes.Sum());
    }

    [Fact]
    public async Task Answer_and_cancellation_race_to_exactly_one_outcome()
    {
        var echo = Echo();
        for (var round = 0; round < Rounds; round++)
        {
            using var cancellation = new CancellationTokenSource();
            var answer = echo.Ask<int>(round, Patience, cancellation.Token);
            var cancel = Task.Run(cancellation.Cancel);
            try
            {
                Assert.Equal(round, await answer);
            }
            catch (OperationCanceledException)
            {
                Assert.True(cancellation.IsCancellationRequested);
            }

            await cancel;
        }
    }

    [Fact]
    public async Task Actors_that_stop_while_they_are_asked_answer_or_stay_silent()
    {
        for (var round = 0; round < 20; round++)
        {
            var echo = Echo();
            var asks = Enumerable.Range(0, 20).Select(i => Task.Run(() => echo.Ask<int>(i, TimeSpan.FromMilliseconds(50)))).ToList();
            echo.Tell(PoisonPill.Instance);

            for (var i = 0; i < asks.Count; i++)
            {
                try
                {
                    Assert.Equal(i, await asks[i]);
                }
                catch (AskTimeoutException)
                {
                    Assert.True(asks[i].IsFaulted);
                }
            }
        }
    }

    [Fact]
    public void An_actor_may_ask_in_an_asynchronous_handler()
    {
        var echo = Echo();
        var actor = Sys.ActorOf(Props.Create(() => new Asking(echo)));

        for (var round = 0; round < Rounds; round++)
        {
            actor.Tell(round, TestActor);
        }

        for (var round = 0; round < Rounds; round++)
        {
            ExpectMsg(round);
        }
    }

    private sealed class Asking : ReceiveActor
    {
        public Asking(IActorRef echo) =>
            ReceiveAsync<int>(async number => Sender.Tell(await echo.Ask<int>(number, Patience)));
    }
}
