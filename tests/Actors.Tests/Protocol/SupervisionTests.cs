using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;
using Akka.Actor;

namespace ActorSparse.Actors.Tests.Protocol;

public sealed class SupervisionTests() : ProtocolTest("""
    actorsparse.protocol.worker-backoff-min = 10ms
    actorsparse.protocol.worker-backoff-max = 40ms
    actorsparse.protocol.worker-restarts-max = 3
    actorsparse.protocol.helper-restarts-max = 2
    """)
{
    [Fact]
    public void A_batch_is_taken_back_from_a_worker_that_fell_silent_for_one_that_has_nothing_else()
    {
        var (job, coordinator) = Started(samples: 8, settings: Impatient);
        var (silent, other) = (Worker(coordinator, job, "silent"), Worker(coordinator, job, "other"));
        var lost = silent.JoinAndAsk();
        Assert.Contains("silent", ExpectEvent(RunEvent.WorkerLost), StringComparison.Ordinal);
        var again = other.JoinAndAsk();
        Assert.Equal(lost.Assignment.Batch, again.Assignment.Batch);
        silent.Push(lost);
        Assert.Equal(RefusalReason.NotInFlight, silent.Parameters().Refusal);
    }

    [Fact]
    public void What_a_silent_worker_brings_counts_while_nobody_else_has_its_work()
    {
        var (job, coordinator) = Started(settings: Impatient);
        var slow = Worker(coordinator, job, "slow");
        var order = slow.JoinAndAsk();
        ExpectEvent(RunEvent.WorkerLost);
        slow.Push(order);
        var next = slow.Parameters();
        Assert.Equal((1, RefusalReason.None), (next.ModelVersion, next.Refusal));
    }

    [Fact]
    public void A_topology_actor_that_dies_is_started_anew_and_the_evolution_due_is_asked_for_again()
    {
        var (job, coordinator) = Started(samples: 8);
        var worker = Worker(coordinator, job, "a");
        worker.Push(worker.JoinAndAsk());
        var first = Topology.ExpectMsg<TopologyEvolution.Evolve>();
        Sys.ActorSelection(coordinator.Path / "topology-1").Tell(Kill.Instance);
        Assert.Contains("topology-1", ExpectEvent(RunEvent.HelperRestarted), StringComparison.Ordinal);
        var second = Topology.ExpectMsg<TopologyEvolution.Evolve>();
        Assert.Equal(first.Epoch, second.Epoch);
        // What the dead one may still have sent is late.
        Answer(job, first);
        worker.Probe.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Answer(job, second, Evolve(job, second));
        Assert.Equal(1, worker.Parameters().Assignment.Epoch);
    }

    [Fact]
    public void A_topology_actor_that_is_asked_for_what_is_not_due_dies_instead_of_keeping_silent()
    {
        var job = Job();
        var actor = Sys.ActorOf(TopologyActor.Props(job));
        EventFilter.Exception<InvalidOperationException>("nothing is due after epoch 3").ExpectOne(
            () => actor.Tell(new TopologyEvolution.Evolve(job.RunId, 1, 2, new(new SharedNetwork(TestJob.Filled(1))))));
    }

    [Fact]
    public void A_helper_that_dies_too_often_ends_the_run()
    {
        var (_, coordinator) = Started();
        for (var life = 1; life <= 3; life++)
        {
            AwaitAssert(() => Sys.ActorSelection(coordinator.Path / $"topology-{life}").ResolveOne(TimeSpan.FromSeconds(1)).Wait());
            Sys.ActorSelection(coordinator.Path / $"topology-{life}").Tell(Kill.Instance);
        }
        var finished = ExpectReport<Progress.Finished>();
        Assert.Equal(RunOutcome.Failed, finished.Outcome);
        Assert.Contains("topology-3 died", finished.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_is_reported_and_training_goes_on()
    {
        var (job, coordinator) = Started(samples: 8);
        var worker = Worker(coordinator, job, "a");
        worker.Push(worker.JoinAndAsk());
        Answer(job, Topology.ExpectMsg<TopologyEvolution.Evolve>());
        var evaluate = Evaluator.ExpectMsg<Progress.Evaluate>();
        Evaluator.Reply(new Progress.Evaluated(job.RunId, evaluate.EvaluationId, 0, 0.5, 1, 0));
        var write = Writer.ExpectMsg<Checkpoints.Write>();
        Assert.True(write.IsBest);
        Writer.Reply(new Checkpoints.Written(job.RunId, write.CheckpointId, "no space left"));
        Assert.StartsWith("no space left; training goes on", ExpectEvent(RunEvent.CheckpointFailed), StringComparison.Ordinal);
        Assert.Equal(1, worker.Parameters().Assignment.Epoch);
    }

    [Fact]
    public async Task A_disk_that_is_full_for_a_while_is_told_of_once_and_costs_no_row()
    {
        var job = Job(workers: 1, epochs: 6);
        var (sink, listener) = (new FullSink(failFrom: 2, failTo: 4), new RecordingListener());
        using var network = (await DistributedTrainer.RunAsync(Sys, job, TestJob.Begin(job), listener, sink)).Network;
        Assert.Equal([1, 2, 3, 4, 5, 6], sink.Epochs);
        Assert.Equal(
            [RunEvent.CheckpointFailed, RunEvent.CheckpointsResumed],
            listener.Events.Select(told => told.Kind).Where(kind => kind is RunEvent.CheckpointFailed or RunEvent.CheckpointsResumed));
    }

    private sealed class FullSink(int failFrom, int failTo) : ICheckpointSink
    {
        public List<int> Epochs { get; } = [];

        public void Write(RunState state, EpochMetrics? metrics, bool isBest)
        {
            if (metrics is null) return;
            Epochs.Add(metrics.Epoch);
            if (metrics.Epoch >= failFrom && metrics.Epoch <= failTo) throw new IOException("no space left");
        }

        public RunState? ReadLast() => throw new IOException("nothing diverged");
    }

    [Fact]
    public void The_last_checkpoint_is_written_again_when_its_writer_dies()
    {
        var (job, coordinator) = Started(samples: 16, workers: 2, epochs: 1);
        var worker = Worker(coordinator, job, "a");
        worker.Push(worker.JoinAndAsk());
        worker.Push(worker.Parameters());
        var evaluate = Evaluator.ExpectMsg<Progress.Evaluate>();
        Evaluator.Reply(new Progress.Evaluated(job.RunId, evaluate.EvaluationId, 0, 0.5, 1, 0));
        var lost = Writer.ExpectMsg<Checkpoints.Write>();
        Sys.ActorSelection(coordinator.Path / "checkpoints-1").Tell(Kill.Instance);
        ExpectEvent(RunEvent.CheckpointFailed);
        var written = Writer.ExpectMsg<Checkpoints.Write>();
        Assert.True(lost.State.TryTake(out var before));
        Assert.True(written.State.TryTake(out var after));
        using (before)
        using (after)
        {
            Assert.Equal(2, after.ModelVersion);
            Networks.AssertIdentical(before.Network, after.Network, "the last checkpoint and its repetition");
        }
        Writer.Reply(new Checkpoints.Written(job.RunId, written.CheckpointId, null));
        Assert.Equal(RunOutcome.Completed, ExpectReport<Progress.Finished>().Outcome);
    }

    [Fact]
    public void A_writer_that_dies_while_the_last_epoch_is_measured_is_started_anew_for_it()
    {
        var (job, coordinator) = Started(samples: 8, epochs: 1);
        var worker = Worker(coordinator, job, "a");
        worker.Push(worker.JoinAndAsk());
        var evaluate = Evaluator.ExpectMsg<Progress.Evaluate>();
        Sys.ActorSelection(coordinator.Path / "checkpoints-1").Tell(Kill.Instance);
        ExpectEvent(RunEvent.HelperRestarted);
        Evaluator.Reply(new Progress.Evaluated(job.RunId, evaluate.EvaluationId, 0, 0.5, 1, 0));
        AnswerWrite().Dispose();
        Assert.Equal(RunOutcome.Completed, ExpectReport<Progress.Finished>().Outcome);
    }

    [Fact]
    public void A_run_whose_writer_is_given_up_while_its_last_epoch_is_measured_comes_to_its_end()
    {
        var (job, coordinator) = Started(samples: 8, epochs: 1);
        var worker = Worker(coordinator, job, "a");
        worker.Push(worker.JoinAndAsk());
        var evaluate = Evaluator.ExpectMsg<Progress.Evaluate>();
        for (var life = 1; life <= 3; life++)
        {
            Sys.ActorSelection(coordinator.Path / $"checkpoints-{life}").Tell(Kill.Instance);
            ExpectEvent(life < 3 ? RunEvent.HelperRestarted : RunEvent.HelperGivenUp);
        }
        Evaluator.Reply(new Progress.Evaluated(job.RunId, evaluate.EvaluationId, 0, 0.5, 1, 0));
        var finished = ExpectReport<Progress.Finished>();
        Assert.Equal((RunOutcome.Failed, "checkpoints-3 died 3 times"), (finished.Outcome, finished.Error));
    }

    [Fact]
    public void A_run_whose_last_checkpoint_is_never_written_has_failed()
    {
        var (job, coordinator) = Started(samples: 8, epochs: 1);
        var worker = Worker(coordinator, job, "a");
        worker.Push(worker.JoinAndAsk());
        AnswerEvaluation();
        for (var life = 1; life <= 3; life++)
        {
            Writer.ExpectMsg<Checkpoints.Write>();
            Sys.ActorSelection(coordinator.Path / $"checkpoints-{life}").Tell(Kill.Instance);
        }
        var finished = ExpectReport<Progress.Finished>();
        Assert.Equal((RunOutcome.Failed, "checkpoints-3 died 3 times"), (finished.Outcome, finished.Error));
        Assert.Equal(RunOutcome.Failed, worker.Probe.ExpectMsg<Membership.Dismissed>().Outcome);
    }

    [Fact]
    public void A_worker_that_always_dies_is_given_up_after_its_restarts_and_the_run_fails_when_none_is_left()
    {
        var job = Job(workers: 1);
        var deaths = 0;
        var coordinator = Sys.ActorOf(CoordinatorActor.Props(Setup(job, (_, shard, epoch, batch) =>
        {
            Interlocked.Increment(ref deaths);
            throw new InvalidOperationException("the test kills it");
        })));
        coordinator.Tell(new Progress.Start(job.RunId));
        Assert.Contains("worker-0 died 4 times", ExpectEvent(RunEvent.WorkerGivenUp), StringComparison.Ordinal);
        var finished = ExpectReport<Progress.Finished>();
        Assert.Equal(RunOutcome.Failed, finished.Outcome);
        Assert.Equal(4, deaths);
    }

    [Fact]
    public void When_a_worker_is_given_up_the_others_train_its_share()
    {
        var job = Job(workers: 2, epochs: 4, phaseTwo: 0.5) with { EvaluationSet = null };
        // The second shard's worker dies in its first batch of every life; the batch itself is harmless.
        var coordinator = Sys.ActorOf(CoordinatorActor.Props(Setup(job, (worker, _, _, _) =>
        {
            if (worker == "worker-1") throw new InvalidOperationException("the test kills it");
        })));
        coordinator.Tell(new Progress.Start(job.RunId));
        var epochs = Enumerable.Range(0, 4).Select(_ => ExpectReport<Progress.EpochFinished>().Metrics).ToArray();
        Assert.All(epochs, epoch => Assert.Equal(48, epoch.SampleCount));
        Assert.Equal(RunOutcome.Completed, ExpectReport<Progress.Finished>().Outcome);
    }

    private CoordinatorSetup Setup(TrainingJob job, Action<string, DataShard, int, int> beforeBatch) => new CoordinatorSetup
    {
        Job = job,
        Settings = Settings,
        State = TestJob.Begin(job),
        Listener = Listener,
        TopologyProps = TopologyActor.Props(job),
    }.WithWorkers(beforeBatch: beforeBatch);

    private (TrainingJob Job, IActorRef Coordinator) Started(
        int samples = 48, ITopologyRule? rule = null, ProtocolSettings? settings = null, int workers = 1, int epochs = 3)
    {
        var job = Job(workers, epochs, samples: samples);
        if (rule is not null) job = job with { Training = job.Training with { Rule = rule } };
        var coordinator = Coordinator(job, settings: settings);
        coordinator.Tell(new Progress.Start(job.RunId));
        return (job, coordinator);
    }
}
