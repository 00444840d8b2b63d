using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Training;
using Akka.Actor;

namespace ActorSparse.Actors.Tests.Protocol;

/// <summary>An evolution is due with every update: the coordinator and the calendar among played workers.</summary>
public sealed class GuidedGrowthTests() : ProtocolTest
{
    [Fact]
    public void With_one_shard_every_batch_brings_the_evolution_that_goes_with_its_update()
    {
        var (job, coordinator) = Started(workers: 1);
        var worker = Worker(coordinator, job, "a");
        var first = worker.JoinAndAsk();
        Assert.Equal((true, 0, 0L), (first.Evolves, first.Assignment.Batch, first.ModelVersion));
        worker.Push(first);
        var next = worker.Parameters();
        Assert.Equal((true, 1, 1L), (next.Evolves, next.Assignment.Batch, next.ModelVersion));
        Assert.True(next.Work.TryTake(out var after));
        using var before = Network.Create(job.Spec, job.Random);
        // The output layer is full.
        for (var layer = 0; layer < 2; layer++)
        {
            Assert.NotEqual(before.Parameters.Sparse[layer].Topology.Id, after.Replica.Parameters.Sparse[layer].Topology.Id);
            Assert.Equal(
                before.Parameters.Sparse[layer].Topology.ConnectionCount, after.Replica.Parameters.Sparse[layer].Topology.ConnectionCount);
        }
    }

    [Fact]
    public void With_several_shards_nobody_waits_and_the_changes_are_applied_to_the_values_of_then()
    {
        var (job, coordinator) = Started(workers: 2);
        var (slow, fast) = (Worker(coordinator, job, "slow"), Worker(coordinator, job, "fast"));
        var carrier = slow.JoinAndAsk();
        Assert.True(carrier.Evolves);
        fast.Push(fast.JoinAndAsk());
        var old = fast.Parameters();
        // One evolution at a time.
        Assert.Equal((false, 1L), (old.Evolves, old.ModelVersion));
        slow.Push(carrier);
        // The next one goes with a batch that is handed out once the calendar has it.
        var next = slow.Parameters();
        Assert.Equal(2L, next.ModelVersion);
        while (!next.Evolves)
        {
            slow.Ask();
            next = slow.Parameters();
        }
        // The gradient from before the evolution counts.
        fast.Push(old);
        Assert.Equal(3, fast.Parameters().ModelVersion);
        using var state = Stopped(job, coordinator);
        Assert.Equal((3L, 1L), (state.ModelVersion, state.EvolvedUpdates));
        using var before = Network.Create(job.Spec, job.Random);
        Assert.NotEqual(before.Parameters.Sparse[0].Topology.Id, state.Network.Parameters.Sparse[0].Topology.Id);
    }

    [Fact]
    public void When_the_worker_dies_the_evolution_goes_with_the_batch_that_another_gets_and_late_answers_are_refused()
    {
        var (job, coordinator) = Started(workers: 2);
        var (first, second) = (Worker(coordinator, job, "a"), Worker(coordinator, job, "b"));
        var lost = first.JoinAndAsk();
        second.Join();
        Sys.Stop(first.Probe);
        ExpectEvent(RunEvent.WorkerLost);
        second.Ask();
        var again = second.Parameters();
        Assert.Equal((true, lost.Assignment.Batch), (again.Evolves, again.Assignment.Batch));
        Assert.NotEqual(lost.Assignment.Ticket, again.Assignment.Ticket);
        // An answer to a hand-out that is not its own.
        second.Tell(second.Gradient(again) with { Ticket = lost.Assignment.Ticket });
        var third = second.Parameters();
        Assert.Equal((RefusalReason.NotInFlight, true, 0L), (third.Refusal, third.Evolves, third.ModelVersion));
    }

    [Fact]
    public void Step_by_step_the_shard_whose_turn_it_is_brings_the_evolution_and_its_changes_wait_for_the_step()
    {
        var (job, coordinator) = Started(workers: 2, mode: TrainingMode.Wssp);
        var (a, b) = (Worker(coordinator, job, "a"), Worker(coordinator, job, "b"));
        var (ofA, ofB) = (a.JoinAndAsk(), b.JoinAndAsk());
        Assert.Equal((false, true), (ofA.Evolves, ofB.Evolves));
        b.Push(ofB);
        // What a lost worker has to compute again is computed on the parameters of before.
        a.Ask();
        var again = a.Parameters();
        Assert.True(ofA.Work.TryTake(out var before));
        Assert.True(again.Work.TryTake(out var same));
        Networks.AssertIdentical(before.Replica, same.Replica, "before the step");
        a.Push(again with { Work = new(same) });
        var (nextOfA, nextOfB) = (a.Parameters(), b.Parameters());
        Assert.Equal((true, false), (nextOfA.Evolves, nextOfB.Evolves));
        Assert.True(nextOfB.Work.TryTake(out var after));
        Assert.NotEqual(before.Replica.Parameters.Sparse[0].Topology.Id, after.Replica.Parameters.Sparse[0].Topology.Id);
    }

    [Fact]
    public void A_topology_actor_that_dies_is_told_where_training_stands_and_the_evolution_goes_on()
    {
        var (job, coordinator) = Started(workers: 1);
        var worker = Worker(coordinator, job, "a");
        var parameters = worker.JoinAndAsk();
        Sys.ActorSelection(coordinator.Path / "topology-1").Tell(Kill.Instance);
        ExpectEvent(RunEvent.HelperRestarted);
        worker.Push(parameters);
        Assert.True(worker.Parameters().Evolves);
        using var state = Stopped(job, coordinator);
        Assert.Equal((1L, 1L), (state.ModelVersion, state.EvolvedUpdates));
    }

    [Fact]
    public void A_worker_evolves_as_the_sequential_rule_does_on_the_same_batch_and_network()
    {
        var job = Guided(workers: 2);
        var coordinator = CreateTestProbe();
        Sys.ActorOf(WorkerActor.Props(new() { Name = "a", Incarnation = 4, Coordinator = coordinator, Job = job, Settings = Settings }));
        coordinator.ExpectMsg<Membership.Join>();
        coordinator.Reply(new Membership.Joined(job.RunId, "a", 4, 1));
        var request = coordinator.ExpectMsg<WorkPulling.Request>().RequestId;
        using var network = Network.Create(job.Spec, job.Random);
        using var compute = new Model.Compute.NetworkCompute();
        using var gradients = new GradientSet(network.Parameters);
        using var batch = new BatchGradient(
            job.Spec, job.TrainingSet, new(job.TrainingSet.SampleCount, 8, job.Random, 1, 2), job.Training, compute, job.Random);
        batch.Compute(network, 1, 2, gradients);
        using var expected = job.Training.Rule.Evolve(
            job.Snapshot(network, 7) with { Evidence = new(compute, batch.Workspace, job.Random, 7) });

        coordinator.Reply(new PhaseOne.Parameters(
            job.RunId, "a", 4, request, 7, new(5, 1, 1, 2), true, RefusalReason.None, [], new(WorkSet.For(network))));
        var push = coordinator.ExpectMsg<PhaseOne.GradientPush>();
        Assert.Equal((5, request + 1), (push.Ticket, push.RequestId));
        Assert.True(push.Work.TryTake(out var work));
        Assert.True(push.Evolution!.TryTake(out var actual));
        for (var layer = 0; layer < 3; layer++)
        {
            Assert.Equal(expected.Changes[layer]?.To.Id, actual.Changes[layer]?.To.Id);
            // The gradient is that of the batch, on the topologies of before.
            Assert.True(gradients.Sparse[layer].Span.SequenceEqual(work.Gradients.Sparse[layer].Span));
        }
        Assert.True(actual.Changes[0]!.GrownCount > 0);
    }

    [Fact]
    public void An_evolution_that_is_missing_is_refused_and_asked_for_again()
    {
        var (job, coordinator) = Started(workers: 1);
        var worker = Worker(coordinator, job, "a");
        worker.Tell(worker.Gradient(worker.JoinAndAsk()) with { Evolution = null });
        var again = worker.Parameters();
        Assert.Equal((RefusalReason.Implausible, true, 0L), (again.Refusal, again.Evolves, again.ModelVersion));
        worker.Push(again);
        Assert.Equal((1L, RefusalReason.None), (worker.Parameters() is var next ? next.ModelVersion : 0, next.Refusal));
    }

    [Fact]
    public void A_worker_reports_candidates_whose_gradients_are_not_finite_and_too_many_such_end_the_run()
    {
        var (job, coordinator) = Started(workers: 2, rateScale: 0.5);
        var worker = Worker(coordinator, job, "a");
        var parameters = worker.JoinAndAsk();
        for (var attempt = 0; attempt < Settings.NotFiniteMax; attempt++)
        {
            if (attempt > 0) parameters = worker.Parameters();
            Assert.Equal(attempt == 0 ? RefusalReason.None : RefusalReason.NotFinite, parameters.Refusal);
            worker.Tell(new WorkPulling.Diverged(
                job.RunId, "a", 1, 50 + attempt, parameters.Assignment.Ticket, "layer 1 is not finite" + new string('!', 10_000), [], null));
        }
        // However much a worker has to say, all of them hear of the end.
        Assert.InRange(worker.Probe.ExpectMsg<Membership.Dismissed>().Error!.Length, 1, 1000);
        Assert.Contains("layer 1 is not finite", ExpectReport<Progress.Finished>().Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_evolution_did_and_the_time_it_took_are_reported_with_the_epoch()
    {
        // An update, and an evolution, an epoch.
        var (job, coordinator) = Started(workers: 1, samples: 8);
        var worker = Worker(coordinator, job, "a");
        worker.Push(worker.JoinAndAsk());
        AnswerEvaluation();
        var metrics = ExpectReport<Progress.EpochFinished>().Metrics;
        Assert.Equal(0.75, metrics.EvolveSeconds);
        Assert.NotEqual(0, metrics.Grown);
    }

    private static TrainingJob Guided(
        int workers, string rule = "gse-graest", int samples = 48, TrainingMode mode = TrainingMode.Wasap)
    {
        var job = Job(workers, samples: samples, mode: mode);
        return job with { Training = job.Training with { Rule = TestJob.Guided(rule, interval: 1) } };
    }

    private (TrainingJob Job, IActorRef Coordinator) Started(
        int workers, int samples = 48, double rateScale = 1, TrainingMode mode = TrainingMode.Wasap)
    {
        var job = Guided(workers, samples: samples, mode: mode);
        var coordinator = Coordinator(job, TestJob.Begin(job) with { RateScale = rateScale });
        coordinator.Tell(new Progress.Start(job.RunId));
        return (job, coordinator);
    }

    private RunState Stopped(TrainingJob job, IActorRef coordinator)
    {
        coordinator.Tell(new Progress.Stop(job.RunId));
        return AnswerWrite();
    }
}
