using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Training;
using Akka.Actor;
using Akka.TestKit;

namespace ActorSparse.Actors.Tests.Protocol;

public sealed class WorkerTests : ProtocolTest
{
    [Fact]
    public void It_joins_asks_computes_and_offers_the_gradient_with_the_version_it_was_computed_from()
    {
        var (job, worker, coordinator) = Joined();
        var request = coordinator.ExpectMsg<WorkPulling.Request>();
        using var network = Network.Create(job.Spec, job.Random);
        coordinator.Reply(Parameters(job, request, network, version: 41, ticket: 7));
        var push = coordinator.ExpectMsg<PhaseOne.GradientPush>();
        Assert.Equal((7, 41, request.RequestId + 1), (push.Ticket, push.ModelVersion, push.RequestId));
        Assert.Equal(network.Parameters.Sparse.Select(layer => layer.Topology.Id), push.KnownTopologyIds);
        Assert.True(push.Work.TryTake(out var work));
        using var expected = new GradientSet(network.Parameters);
        using var compute = new ActorSparse.Model.Compute.NetworkCompute();
        using var gradient = new BatchGradient(
            job.Spec, job.TrainingSet, new(job.TrainingSet.SampleCount, 8, job.Random, 1, 2), job.Training, compute, job.Random);
        Assert.Equal(new TrainingTally().Plus(gradient.Compute(network, 2, 0, expected)), push.Tally);
        Assert.True(expected.Sparse[1].Span.SequenceEqual(work.Gradients.Sparse[1].Span));
        Assert.False(worker.IsNobody());
    }

    [Fact]
    public void It_joins_again_and_asks_again_until_it_is_answered()
    {
        var job = Job();
        var coordinator = CreateTestProbe();
        Sys.ActorOf(WorkerActor.Props(Setup(job, coordinator) with { Settings = Impatient }));
        coordinator.ExpectMsg<Membership.Join>();
        var join = coordinator.ExpectMsg<Membership.Join>();
        coordinator.Reply(new Membership.Joined(job.RunId, join.Worker, join.Incarnation, 0));
        var first = coordinator.FishForMessage<WorkPulling.Request>(_ => true);
        var second = coordinator.ExpectMsg<WorkPulling.Request>();
        Assert.Equal(first.RequestId + 1, second.RequestId);
    }

    // The answer to the request before would be in vain.
    [Fact]
    public void It_does_not_ask_again_while_something_is_on_its_way()
    {
        const int Looks = 5;
        var (job, looks) = (Job(), 0);
        var coordinator = CreateTestProbe();
        Sys.ActorOf(WorkerActor.Props(
            Setup(job, coordinator) with { Settings = Impatient, IsLinkBusy = () => Interlocked.Increment(ref looks) < Looks }));
        coordinator.ExpectMsg<Membership.Join>();
        coordinator.Reply(new Membership.Joined(job.RunId, "a", 4, 0));
        var first = coordinator.ExpectMsg<WorkPulling.Request>();
        var second = coordinator.ExpectMsg<WorkPulling.Request>();
        Assert.Equal(first.RequestId + 1, second.RequestId);
        Assert.InRange(looks, Looks, int.MaxValue);
    }

    [Fact]
    public void It_does_not_ask_again_for_what_came_late_only_because_it_was_busy()
    {
        var job = Job();
        var coordinator = CreateTestProbe();
        using var busy = new ManualResetEventSlim();
        var worker = Sys.ActorOf(WorkerActor.Props(Setup(job, coordinator) with { BeforeBatch = (_, _, _) => busy.Wait() }));
        coordinator.ExpectMsg<Membership.Join>();
        coordinator.Reply(new Membership.Joined(job.RunId, "a", 4, 1));
        var request = coordinator.ExpectMsg<WorkPulling.Request>();
        using var network = Network.Create(job.Spec, job.Random);
        coordinator.Reply(Parameters(job, request, network, version: 1, ticket: 1));
        // Its timer went on meanwhile.
        for (var tick = 0; tick < 3; tick++) worker.Tell(WorkerActor.AnswerLate.Instance);
        busy.Set();
        coordinator.ExpectMsg<PhaseOne.GradientPush>();
        JoinedAnew(job, coordinator);
    }

    [Fact]
    public void It_works_on_the_answer_to_its_latest_request_only_and_once()
    {
        var (job, _, coordinator) = Joined();
        var first = coordinator.ExpectMsg<WorkPulling.Request>();
        var second = JoinedAnew(job, coordinator);
        using var network = Network.Create(job.Spec, job.Random);
        coordinator.Reply(Parameters(job, first, network, version: 1, ticket: 1));
        coordinator.Reply(Parameters(job, second, network, version: 2, ticket: 2));
        coordinator.Reply(Parameters(job, second, network, version: 2, ticket: 2));
        coordinator.Reply(Parameters(job with { RunId = 99 }, second, network, version: 3, ticket: 3));
        Assert.Equal(2, coordinator.ExpectMsg<PhaseOne.GradientPush>().Ticket);
        // What it says next is what it is asked for next: there was no second gradient.
        JoinedAnew(job, coordinator);
    }

    [Fact]
    public void It_joins_anew_when_the_coordinator_does_not_know_it_and_stops_when_it_is_replaced_or_dismissed()
    {
        var (job, worker, coordinator) = Joined();
        coordinator.ExpectMsg<WorkPulling.Request>();
        var request = JoinedAnew(job, coordinator);
        Watch(worker);
        coordinator.Reply(new Membership.Refused(job.RunId, request.Worker, request.Incarnation, RefusalReason.OldIncarnation, "replaced"));
        ExpectTerminated(worker);

        var (_, other, second) = Joined();
        second.ExpectMsg<WorkPulling.Request>();
        Watch(other);
        second.Reply(new Membership.Dismissed(job.RunId, "a", 4, RunOutcome.Completed, null));
        ExpectTerminated(other);
    }

    [Fact]
    public void It_reports_an_epoch_of_a_replica_whose_gradients_are_not_finite_and_goes_on()
    {
        var (job, _, coordinator) = Joined(Job(workers: 1, poisoned: 3));
        var request = coordinator.ExpectMsg<WorkPulling.Request>();
        using var network = Network.Create(job.Spec, job.Random);
        coordinator.Reply(new PhaseTwo.TrainReplica(
            job.RunId, request.Worker, request.Incarnation, request.RequestId, 12, 0, new(5, 0, 1, EvolveFirst: false), 1,
            RefusalReason.None, [], new(WorkSet.For(network))));
        var diverged = coordinator.FishForMessage<WorkPulling.Diverged>(_ => true);
        Assert.Equal(5, diverged.Ticket);
        Assert.Contains("not finite", diverged.Detail, StringComparison.Ordinal);
        coordinator.Reply(Parameters(job, diverged, network, 1, ticket: 6, shard: 0));
        Assert.Equal(6, coordinator.ExpectMsg<PhaseOne.GradientPush>().Ticket);
    }

    [Fact]
    public void In_phase_two_it_trains_an_epoch_with_its_own_momentum_and_can_be_dismissed_in_the_middle()
    {
        var job = Job(workers: 1, samples: 80);
        var (_, worker, coordinator) = Joined(job);
        var request = coordinator.ExpectMsg<WorkPulling.Request>();
        using var network = TestJob.Filled(2);
        coordinator.Reply(new PhaseTwo.TrainReplica(
            job.RunId, request.Worker, request.Incarnation, request.RequestId, 12, 0, new(5, 0, 1, EvolveFirst: true), 1,
            RefusalReason.None, [],
            new(WorkSet.For(network))));
        Assert.Equal(10, coordinator.ExpectMsg<PhaseTwo.StillTraining>().Batches);
        var trained = coordinator.ExpectMsg<PhaseTwo.ReplicaTrained>();
        Assert.Equal((5, 10, 80L), (trained.Ticket, trained.Tally.Batches, trained.Tally.SampleCount));
        Assert.True(trained.Evolution.GrownCount > 0);

        using var evolution = EpochEvolution.Run(network, job.Training, job.Random, 0);
        using var compute = new ActorSparse.Model.Compute.NetworkCompute();
        using var gradients = new GradientSet(network.Parameters);
        using var batches = new BatchGradient(job.Spec, job.TrainingSet, new(80, 8, job.Random), job.Training, compute, job.Random);
        var updater = new ModelUpdater(network.Parameters, compute, job.Training.Optimizer, 10, 3, 10, 0.01);
        for (var batch = 0; batch < 10; batch++)
        {
            batches.Compute(network, 1, batch, gradients);
            updater.Apply(gradients);
        }
        Assert.True(trained.Work.TryTake(out var work));
        Networks.AssertIdentical(network, work.Replica, "phase two");
        Assert.False(worker.IsNobody());
    }

    private WorkerSetup Setup(TrainingJob job, IActorRef coordinator) =>
        new() { Name = "a", Incarnation = 4, Coordinator = coordinator, Job = job, Settings = Settings };

    private static PhaseOne.Parameters Parameters(
        TrainingJob job, IWorkRequest request, Network network, long version, long ticket, int shard = 1, int number = 0) => new(
            job.RunId, request.Worker, request.Incarnation, request.RequestId, version, new(ticket, 2, shard, number), false,
            RefusalReason.None, [], new(WorkSet.For(network)));

    // The coordinator does not know it: it joins once more, and its next request is the answer.
    private static WorkPulling.Request JoinedAnew(TrainingJob job, TestProbe coordinator)
    {
        coordinator.Reply(new Membership.Refused(job.RunId, "a", 4, RefusalReason.UnknownWorker, "who is it"));
        coordinator.ExpectMsg<Membership.Join>();
        coordinator.Reply(new Membership.Joined(job.RunId, "a", 4, 1));
        return coordinator.ExpectMsg<WorkPulling.Request>();
    }

    private (TrainingJob Job, IActorRef Worker, TestProbe Coordinator) Joined(TrainingJob? given = null)
    {
        var job = given ?? Job();
        var coordinator = CreateTestProbe();
        var worker = Sys.ActorOf(WorkerActor.Props(Setup(job, coordinator)));
        coordinator.ExpectMsg<Membership.Join>();
        coordinator.Reply(new Membership.Joined(job.RunId, "a", 4, 1));
        return (job, worker, coordinator);
    }
}
