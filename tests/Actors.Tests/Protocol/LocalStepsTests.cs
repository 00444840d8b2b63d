using ActorSparse.Actors.Messages;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Tests.Support;
using Akka.Actor;
using Akka.TestKit;

namespace ActorSparse.Actors.Tests.Protocol;

public sealed class LocalStepsTests : ProtocolTest
{
    [Fact]
    public void A_worker_asks_for_the_next_batches_while_it_works_and_answers_without_asking_again()
    {
        var (job, worker, coordinator) = JoinedWorker();
        var first = coordinator.ExpectMsg<WorkPulling.Request>();
        Assert.Equal(0, first.HeldTicket);
        coordinator.Reply(Order(job, first.RequestId, ticket: 7, batches: 3));
        var ahead = coordinator.ExpectMsg<WorkPulling.Request>();
        Assert.Equal((7, first.RequestId + 1), (ahead.HeldTicket, ahead.RequestId));
        Assert.Null(ahead.Work);
        var push = coordinator.ExpectMsg<PhaseOne.GradientPush>();
        Assert.Equal((7, ahead.RequestId, 3), (push.Ticket, push.RequestId, push.Tally.Batches));
        Assert.True(push.Work.TryTake(out var work));
        Assert.NotEqual(-1, work.Gradients.Sparse[0].Span.IndexOfAnyExcept(0f));

        worker.Tell(Order(job, ahead.RequestId, ticket: 8, batches: 2));
        Assert.Equal(8, coordinator.FishForMessage<WorkPulling.Request>(_ => true).HeldTicket);
        var next = coordinator.ExpectMsg<PhaseOne.GradientPush>();
        Assert.Equal((8, 2), (next.Ticket, next.Tally.Batches));
    }

    [Fact]
    public void The_coordinator_hands_out_two_orders_a_worker_and_tells_what_their_parameters_lack()
    {
        var job = LocalJob(workers: 1);
        var coordinator = Coordinator(job);
        coordinator.Tell(new Progress.Start(job.RunId));
        var worker = Worker(coordinator, job, "a");
        var first = worker.JoinAndAsk();
        Assert.Equal((4, 0L), (first.Assignment.Count, first.LocalSteps!.Value.MissingTicket));
        worker.Tell(Ahead(job, worker.RequestId + 1, first.Assignment.Ticket));
        var second = worker.Parameters();
        Assert.Equal(first.Assignment.Ticket, second.LocalSteps!.Value.MissingTicket);
        Assert.Equal(4, second.Assignment.Batch);
        // A result between two requests is taken, and not answered: the answer that comes is to the request after it.
        worker.Tell(Result(job, first, second.RequestId));
        worker.Tell(Ahead(job, second.RequestId + 1, second.Assignment.Ticket));
        var third = worker.Parameters();
        Assert.Equal((4L, second.RequestId + 1), (third.ModelVersion, third.RequestId));
        Assert.Equal(second.Assignment.Ticket, third.LocalSteps!.Value.MissingTicket);
    }

    [Fact]
    public void What_a_worker_does_not_say_it_holds_is_handed_out_anew()
    {
        var job = LocalJob(workers: 1);
        var coordinator = Coordinator(job);
        coordinator.Tell(new Progress.Start(job.RunId));
        var worker = Worker(coordinator, job, "a");
        var first = worker.JoinAndAsk();
        worker.Tell(Ahead(job, worker.RequestId + 1, first.Assignment.Ticket));
        var second = worker.Parameters();
        // The result of the first was lost on its way.
        worker.Tell(Ahead(job, second.RequestId + 1, second.Assignment.Ticket));
        var again = worker.Parameters();
        Assert.Equal(first.Assignment.Batch, again.Assignment.Batch);
        Assert.NotEqual(first.Assignment.Ticket, again.Assignment.Ticket);
        // When it comes late after all it does not count.
        worker.Tell(Result(job, first, again.RequestId));
        worker.Tell(Ahead(job, again.RequestId + 1, again.Assignment.Ticket));
        Assert.Equal(0, worker.Parameters().ModelVersion);
    }

    private (TrainingJob Job, IActorRef Worker, TestProbe Coordinator) JoinedWorker()
    {
        var job = LocalJob(workers: 2);
        var coordinator = CreateTestProbe();
        var worker = Sys.ActorOf(WorkerActor.Props(new()
        {
            Name = "w", Incarnation = 1, Coordinator = coordinator, Job = job, Settings = Settings,
        }));
        var join = coordinator.ExpectMsg<Membership.Join>();
        coordinator.Reply(new Membership.Joined(job.RunId, join.Worker, join.Incarnation, 0));
        return (job, worker, coordinator);
    }

    private static TrainingJob LocalJob(int workers)
    {
        var job = TestJob.Create(workers, samples: 160);
        return job with { Run = job.Run with { LocalSteps = 4 } };
    }

    private static WorkPulling.Request Ahead(TrainingJob job, long requestId, long heldTicket) =>
        new(job.RunId, "a", 1, requestId, [], null, heldTicket);

    private static PhaseOne.GradientPush Result(TrainingJob job, PhaseOne.Parameters order, long requestId)
    {
        var network = Network.Create(job.Spec, job.Random);
        var count = order.Assignment.Count;
        return new(
            job.RunId, "a", 1, requestId, order.Assignment.Ticket, order.ModelVersion, new(count, 8.0 * count, 8 * count, count, 8 * count), [],
            new(new WorkSet(network, new(network.Parameters))));
    }

    private static PhaseOne.Parameters Order(TrainingJob job, long requestId, long ticket, int batches)
    {
        using var network = Network.Create(job.Spec, job.Random);
        return new(
            job.RunId, "w", 1, requestId, 0, new(ticket, 0, 0, 0, batches), false, RefusalReason.None, [], new(WorkSet.For(network)),
            new(1, 1, 0));
    }
}
