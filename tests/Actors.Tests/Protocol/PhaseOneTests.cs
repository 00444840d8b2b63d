using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Training;
using Akka.Actor;

namespace ActorSparse.Actors.Tests.Protocol;

public sealed class PhaseOneTests() : ProtocolTest
{
    [Fact]
    public void A_gradient_is_answered_with_the_updated_parameters_and_the_next_batch()
    {
        var (job, coordinator) = Started(workers: 1);
        var worker = Worker(coordinator, job, "a");
        var first = worker.JoinAndAsk();
        Assert.True(first.Work.TryTake(out var before));
        worker.Push(first with { Work = new(Copy(before)) });
        var second = worker.Parameters();
        Assert.Equal((1, 1, RefusalReason.None), (second.ModelVersion, second.Assignment.Batch, second.Refusal));
        Assert.True(second.Work.TryTake(out var after));
        Assert.False(before.Replica.Parameters.Sparse[0].Values.Span.SequenceEqual(after.Replica.Parameters.Sparse[0].Values.Span));
    }

    [Fact]
    public void No_batch_is_handed_out_while_three_epochs_wait_to_be_written()
    {
        var (job, coordinator) = Started(workers: 1, epochs: 5, samples: 8);
        var worker = Worker(coordinator, job, "a");
        var parameters = worker.JoinAndAsk();
        var writes = new List<Checkpoints.Write>();
        for (var epoch = 0; epoch < 3; epoch++)
        {
            if (epoch > 0) parameters = worker.Parameters();
            worker.Push(parameters);
            Answer(job, Topology.ExpectMsg<TopologyEvolution.Evolve>());
            var evaluate = Evaluator.ExpectMsg<Progress.Evaluate>();
            Evaluator.Reply(new Progress.Evaluated(job.RunId, evaluate.EvaluationId, epoch, 0.5, 1, 0));
            writes.Add(Writer.ExpectMsg<Checkpoints.Write>());
        }
        worker.Ask();
        worker.Join(); // answered next: the request is kept
        Writer.Reply(new Checkpoints.Written(job.RunId, writes[0].CheckpointId, null));
        var next = worker.Parameters();
        Assert.Equal((3, worker.RequestId), (next.Assignment.Epoch, next.RequestId));
    }

    [Fact]
    public void The_same_gradient_twice_counts_once()
    {
        var (job, coordinator) = Started(workers: 1);
        var worker = Worker(coordinator, job, "a");
        var parameters = worker.JoinAndAsk();
        Assert.True(parameters.Work.TryTake(out var work));
        var push = worker.Gradient(parameters with { Work = new(Copy(work)) });
        worker.Tell(push with { Work = new(Copy(work)) });
        Assert.Equal(1, worker.Parameters().ModelVersion);
        worker.Tell(push with { Work = new(Copy(work)) });
        worker.Tell(push with { Work = new(Copy(work)), RequestId = push.RequestId + 1 });
        var answer = worker.Parameters();
        Assert.Equal((1, RefusalReason.NotInFlight), (answer.ModelVersion, answer.Refusal));
    }

    [Fact]
    public void Asking_again_gives_the_same_batch_under_a_new_ticket_and_the_old_answer_is_refused()
    {
        var (job, coordinator) = Started(workers: 1);
        var worker = Worker(coordinator, job, "a");
        var first = worker.JoinAndAsk();
        worker.Ask();
        var second = worker.Parameters();
        Assert.Equal(first.Assignment.Batch, second.Assignment.Batch);
        worker.Push(first);
        var third = worker.Parameters();
        Assert.Equal((0, RefusalReason.NotInFlight), (third.ModelVersion, third.Refusal));
    }

    [Fact]
    public void What_a_worker_claims_and_cannot_be_is_refused_and_does_not_stop_the_run()
    {
        var (job, coordinator) = Started(workers: 1);
        var worker = Worker(coordinator, job, "a");
        var parameters = worker.JoinAndAsk();
        foreach (var tally in (TrainingTally[])[new(1, 1, 0, 0, 0), new(1, 8, 8, 9, 8), new(1, 8, 8, -1, 8), new(1, 8, int.MaxValue, 1, int.MaxValue)])
        {
            worker.Tell(worker.Gradient(parameters) with { Tally = tally });
            parameters = worker.Parameters();
            Assert.Equal((0, RefusalReason.Implausible), (parameters.ModelVersion, parameters.Refusal));
        }
        foreach (var seconds in (double[])[double.NaN, double.PositiveInfinity, -1, double.MaxValue])
        {
            worker.Tell(worker.Gradient(parameters) with { EvolveSeconds = seconds });
            parameters = worker.Parameters();
            Assert.Equal((0, RefusalReason.Implausible), (parameters.ModelVersion, parameters.Refusal));
        }
        // A gradient of another network, under the identities of this one or not.
        using var other = Network.Create(new() { LayerSizes = [8, 5, 3], Epsilon = 2 }, new RandomSource(1));
        worker.Tell(worker.Gradient(parameters) with { Work = new(WorkSet.For(other)) });
        parameters = worker.Parameters();
        Assert.Equal((0, RefusalReason.NotInFlight), (parameters.ModelVersion, parameters.Refusal));
        worker.Push(parameters);
        Assert.Equal((1, RefusalReason.None), (worker.Parameters() is var next ? next.ModelVersion : 0, next.Refusal));
    }

    [Fact]
    public void A_gradient_with_a_number_that_is_none_is_refused_with_the_layer_named_and_too_many_end_the_run()
    {
        var job = Job(workers: 1);
        var coordinator = Coordinator(job, TestJob.Begin(job) with { RateScale = 0.5 });
        coordinator.Tell(new Progress.Start(job.RunId));
        var worker = Worker(coordinator, job, "a");
        var parameters = worker.JoinAndAsk();
        for (var attempt = 1; attempt < Settings.NotFiniteMax; attempt++)
        {
            worker.Push(parameters, work => work.Gradients.Dense[1][0] = float.NaN);
            parameters = worker.Parameters();
            Assert.Equal((0, RefusalReason.NotFinite, 0), (parameters.ModelVersion, parameters.Refusal, parameters.Assignment.Batch));
            Assert.Contains("layer 2 (12-9)", ExpectEvent(RunEvent.NotFinite), StringComparison.Ordinal);
        }
        worker.Push(parameters, work => work.Gradients.Sparse[0][3] = float.PositiveInfinity);
        var dismissed = worker.Probe.ExpectMsg<Membership.Dismissed>();
        var finished = ExpectReport<Progress.Finished>();
        Assert.Equal(RunOutcome.Failed, finished.Outcome);
        Assert.Contains("layer 1 (8-12)", finished.Error, StringComparison.Ordinal);
        Assert.Equal((finished.Outcome, finished.Error), (dismissed.Outcome, dismissed.Error));
    }

    [Fact]
    public void A_gradient_staler_than_the_bound_is_refused_and_its_batch_is_handed_out_again()
    {
        var (job, coordinator) = Started(workers: 2, change: job => job with { Run = job.Run with { StalenessMaxSteps = 1 } });
        var (slow, fast) = (Worker(coordinator, job, "slow"), Worker(coordinator, job, "fast"));
        var old = slow.JoinAndAsk();
        var next = fast.JoinAndAsk();
        for (var update = 0; update < 2; update++)
        {
            fast.Push(next);
            next = fast.Parameters();
        }
        slow.Push(old);
        var answer = slow.Parameters();
        Assert.Equal((2, RefusalReason.TooStale, old.Assignment.Batch), (answer.ModelVersion, answer.Refusal, answer.Assignment.Batch));
    }

    // Without momentum and decay and with a rate of one, the velocity of a connection is what the last gradient said of it, negated.
    [Fact]
    public void A_gradient_from_before_an_evolution_reaches_only_connections_that_lived_all_the_time()
    {
        var (job, coordinator) = Started(workers: 2, epochs: 3, samples: 16, change: job => job with
        {
            Training = job.Training with { Optimizer = new() { Momentum = 0, WeightDecay = 0, LearningRate = 1 } },
        });
        var (slow, fast) = (Worker(coordinator, job, "slow"), Worker(coordinator, job, "fast"));
        var ofSlow = slow.JoinAndAsk();
        fast.Push(fast.JoinAndAsk());
        slow.Push(ofSlow);
        // The first epoch is over: this batch is of the second, its parameters are from before the evolution.
        var old = slow.Parameters();
        var evolve = Topology.ExpectMsg<TopologyEvolution.Evolve>();
        var evolution = Evolve(job, evolve);
        var isNew = IsNew(evolution.Steps[0][0]!);
        Answer(job, evolve, evolution);
        ExpectEvent(RunEvent.Evolved);
        slow.Push(old, work => Fill(work, 1));
        Assert.Equal(3, slow.Parameters().ModelVersion);

        coordinator.Tell(new Progress.Stop(job.RunId));
        AnswerEvaluation();
        AnswerWrite();
        var state = AnswerWrite();
        Assert.Equal(isNew.Select(grown => grown ? 0f : -1f), state.Network.Parameters.Sparse[0].Velocities.Span.ToArray());
        Assert.Contains(true, isNew);
    }

    [Fact]
    public void Nobody_waits_while_the_topology_evolves_unless_there_is_one_shard()
    {
        var (job, coordinator) = Started(workers: 2, samples: 32);
        var worker = Worker(coordinator, job, "a");
        var parameters = worker.JoinAndAsk();
        for (var batch = 0; batch < 4; batch++)
        {
            worker.Push(parameters);
            parameters = worker.Parameters();
        }
        Assert.Equal(1, parameters.Assignment.Epoch);
        Topology.ExpectMsg<TopologyEvolution.Evolve>();

        var (alone, other) = Started(workers: 1, samples: 8);
        var only = Worker(other, alone, "b");
        only.Push(only.JoinAndAsk());
        Topology.ExpectMsg<TopologyEvolution.Evolve>();
        only.Probe.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void A_step_waits_for_a_gradient_from_every_shard_and_a_lost_workers_part_is_done_by_another()
    {
        var (job, coordinator) = Started(workers: 2, mode: TrainingMode.Wssp);
        var (a, b) = (Worker(coordinator, job, "a"), Worker(coordinator, job, "b"));
        var (ofA, ofB) = (a.JoinAndAsk(), b.JoinAndAsk());
        Assert.Equal((0, 0, 0, 1), (ofA.Assignment.Batch, ofB.Assignment.Batch, ofA.Assignment.Shard, ofB.Assignment.Shard));
        a.Push(ofA);
        Sys.Stop(b.Probe);
        var handedOn = a.Parameters();
        Assert.Equal((0L, 0, 1), (handedOn.ModelVersion, handedOn.Assignment.Batch, handedOn.Assignment.Shard));
        a.Push(handedOn);
        var next = a.Parameters();
        Assert.Equal((1L, 1), (next.ModelVersion, next.Assignment.Batch));
    }

    [Fact]
    public void A_result_of_the_wrong_phase_is_refused_and_answered_with_work_of_the_right_one()
    {
        var (job, coordinator) = Started(workers: 1);
        var worker = Worker(coordinator, job, "a");
        worker.JoinAndAsk();
        worker.Tell(new PhaseTwo.ReplicaTrained(job.RunId, "a", 1, 7, 1, 0, 0, default, 0, default, [], MessageSamples.Work(1)));
        Assert.Equal(RefusalReason.OtherPhase, worker.Parameters().Refusal);
    }

    [Fact]
    public void Stopping_writes_the_state_dismisses_the_workers_and_reports()
    {
        var (job, coordinator) = Started(workers: 2);
        var worker = Worker(coordinator, job, "a");
        worker.Push(worker.JoinAndAsk());
        worker.Parameters();
        coordinator.Tell(new Progress.Stop(job.RunId));
        Assert.Equal(RunOutcome.Stopped, worker.Probe.ExpectMsg<Membership.Dismissed>().Outcome);
        var write = Writer.ExpectMsg<Checkpoints.Write>();
        Assert.True(write.State.TryTake(out var state));
        Assert.Equal((1L, RunPhase.PhaseOne), (state.ModelVersion, state.Phase));
        Assert.Equal([true, false, false], state.Ledger.Done[0]);
        Writer.Reply(new Checkpoints.Written(job.RunId, write.CheckpointId, null));
        Assert.Equal(RunOutcome.Stopped, ExpectReport<Progress.Finished>().Outcome);
        // Whoever comes late is told as well.
        worker.Ask();
        Assert.Equal(RunOutcome.Stopped, worker.Probe.ExpectMsg<Membership.Dismissed>().Outcome);
    }

    private static WorkSet Copy(WorkSet work)
    {
        var copy = WorkSet.For(work.Replica);
        foreach (var (to, from) in copy.Gradients.Blocks.Zip(work.Gradients.Blocks)) to.CopyFrom(from);
        return copy;
    }

    private static void Fill(WorkSet work, float value)
    {
        foreach (var buffer in work.Gradients.Blocks) buffer.Span.Fill(value);
    }

    private (TrainingJob Job, IActorRef Coordinator) Started(
        int workers, int epochs = 3, TrainingMode mode = TrainingMode.Wasap, int samples = 48,
        Func<TrainingJob, TrainingJob>? change = null)
    {
        var job = Job(workers, epochs, mode: mode, samples: samples);
        if (change is not null) job = change(job);
        var coordinator = Coordinator(job);
        coordinator.Tell(new Progress.Start(job.RunId));
        return (job, coordinator);
    }

    private static unsafe bool[] IsNew(TopologyChange change)
    {
        var isNew = new bool[change.To.ConnectionCount];
        for (var position = 0; position < isNew.Length; position++) isNew[position] = change.Sources[position] < 0;
        return isNew;
    }
}
