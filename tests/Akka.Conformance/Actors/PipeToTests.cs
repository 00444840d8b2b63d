using Akka.Actor;
using Akka.Conformance.Support;

namespace Akka.Conformance.Actors;

/// <summary>Results of tasks as messages.</summary>
public sealed class PipeToTests : ConformanceTest
{
    [Fact]
    public async Task A_result_arrives_as_a_message()
    {
        await Task.FromResult("done").PipeTo(TestActor);

        ExpectMsg("done");
    }

    [Fact]
    public void A_result_that_comes_later_arrives_as_a_message_from_the_given_sender()
    {
        var echo = Echo();
        var source = new TaskCompletionSource<string>();

        source.Task.PipeTo(TestActor, echo);
        source.SetResult("done");

        ExpectMsg("done");
        Assert.Equal(echo, LastSender);
    }

    [Fact]
    public async Task A_failure_arrives_as_Status_Failure_with_its_cause()
    {
        var error = new CrashException("boom");

        await Task.FromException<string>(error).PipeTo(TestActor);

        var cause = ExpectMsg<Status.Failure>().Cause;
        Assert.Same(error, cause is AggregateException many ? many.InnerException : cause);
    }

    [Fact]
    public async Task A_cancelled_task_arrives_as_Status_Failure()
    {
        await Task.FromCanceled<string>(new CancellationToken(true)).PipeTo(TestActor);

        Assert.IsAssignableFrom<OperationCanceledException>(ExpectMsg<Status.Failure>().Cause);
    }

    [Fact]
    public async Task Both_outcomes_can_be_translated()
    {
        await Task.FromResult(20).PipeTo(TestActor, success: number => $"got {number}");
        ExpectMsg("got 20");

        await Task.FromException<int>(new CrashException("boom"))
            .PipeTo(TestActor, failure: error => $"failed {error.GetBaseException().Message}");
        ExpectMsg("failed boom");

        await Task.CompletedTask.PipeTo(TestActor, success: () => "finished");
        ExpectMsg("finished");
    }

    [Fact]
    public void An_actor_pipes_to_itself_without_blocking()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Computing(TestActor)));

        for (var round = 0; round < Rounds; round++)
        {
            actor.Tell(round);
        }

        actor.Tell("alive?");
        var replies = ReceiveN(Rounds + 1);

        Assert.Equal(Enumerable.Range(0, Rounds), replies.OfType<int>().Order());
        Assert.Contains("alive?", replies);
    }

    private sealed class Computing : ReceiveActor
    {
        private sealed record Result(int Value);

        public Computing(IActorRef probe)
        {
            Receive<int>(number => Task.Run(() => new Result(number)).PipeTo(Self));
            Receive<Result>(result => probe.Tell(result.Value));
            Receive<string>(probe.Tell);
        }
    }
}
