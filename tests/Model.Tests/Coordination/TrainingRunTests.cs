using ActorSparse.Model.Compute;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Tests.Training;
using ActorSparse.Model.Training;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Coordination;

/// <summary>The phases of a run: how it begins, what it hands out and takes, and where it stands.</summary>
public class TrainingRunTests
{
    // 84 samples are 10 batches of 8 in an epoch.
    private const int BatchesPerEpoch = 10;

    [Theory]
    [InlineData("set", OptimizerKind.Sgd, TrainingMode.Wasap, 0.0)]
    [InlineData("set", OptimizerKind.Sgd, TrainingMode.Wssp, 0.5)]
    [InlineData("set", OptimizerKind.AdamW, TrainingMode.Wasap, 0.5)]
    [InlineData("gse-uniform", OptimizerKind.Sgd, TrainingMode.Wasap, 0.5)]
    [InlineData("gse-uniform", OptimizerKind.AdamW, TrainingMode.Wssp, 0.0)]
    [InlineData("gse-uniform", OptimizerKind.AdamW, TrainingMode.Wasap, 1.0)]
    public void One_worker_equals_the_sequential_trainer_bit_for_bit_without_any_actor(
        string rule, OptimizerKind optimizer, TrainingMode mode, double phaseTwo)
    {
        var job = TestJob.Create(
            epochs: 6, phaseTwo: phaseTwo, mode: mode, seed: 9, rule: rule == "set" ? null : TestJob.Guided(rule),
            pruning: new() { StartEpoch = 2, Interval = 2, Percentile = 15 });
        job = job with { Training = job.Training with { Optimizer = job.Training.Optimizer with { Kind = optimizer } } };
        using var run = new PlayedRun(job).Begin();
        run.PlayUntil();
        Assert.Equal(RunOutcome.Completed, run.Run.Outcome);

        using var expected = Network.Create(job.Spec, job.Random);
        var rows = TrainSequentially(expected, job);
        TestData.AssertSameParameters(expected, run.Run.Server.Network);
        Assert.Equal(rows.Select(InBoth), run.Epochs.Select(InBoth));
        Assert.Contains(rows, row => row.Grown > 0);
        // A replica's own evolutions come with its epochs, and not before them.
        if (phaseTwo > 0) return;
        Assert.Equal(rows.Select(row => (row.Pruned, row.Grown)), run.Epochs.Select(row => (row.Pruned, row.Grown)));
        Assert.Equal(rows.Select(row => string.Join(',', row.Connections)), run.Epochs.Select(row => string.Join(',', row.Connections)));

        static (int, long, double, double?, double?, double?, double, long) InBoth(EpochMetrics row) => (
            row.Epoch, row.Updates, row.Loss, row.TrainScore, row.TestScore, row.BestTestScore, row.LearningRate, row.SampleCount);
    }

    [Theory]
    [InlineData(TrainingMode.Wasap)]
    [InlineData(TrainingMode.Wssp)]
    public void Several_workers_with_rounds_end_with_every_batch_counted(TrainingMode mode)
    {
        using var run = new PlayedRun(TestJob.Create(workers: 2, epochs: 6, phaseTwo: 0.5, mode: mode)).Begin();
        run.PlayUntil();
        Assert.Equal((RunOutcome.Completed, null), (run.Run.Outcome, run.Run.Error));
        Assert.Equal(Enumerable.Range(1, 6), run.Epochs.Select(epoch => epoch.Epoch));
        Assert.All(run.Epochs, epoch => Assert.Equal(80, epoch.SampleCount));
        Assert.Equal(["one", "one", "one", "two", "two", "two"], run.Epochs.Select(epoch => epoch.Phase));
        // The average of a round counts for the version and not as an update.
        var phaseOne = mode == TrainingMode.Wssp ? 15 : 30;
        Assert.Equal((phaseOne + 30, phaseOne + 3), (run.Run.Status().Updates, run.Run.Status().ModelVersion));
        Assert.Equal((6, 3), (run.Run.EvolvedEpochs, run.Run.Replicas.RoundsDone));
    }

    [Fact]
    public void Nothing_is_handed_out_before_training_begins_and_it_begins_once()
    {
        using var run = new PlayedRun(TestJob.Create());
        run.Run.Advance();
        run.Learn();
        Assert.Equal(RunPhase.WaitingForWorkers, run.Run.Phase);
        Assert.False(run.Work());
        run.Begin();
        Assert.Equal(RunPhase.PhaseOne, run.Run.Phase);
        run.Begin();
        Assert.Equal([(RunEvent.PhaseBegan, "phase one, wasap, epochs 1 to 4")], run.Events);
    }

    [Fact]
    public void A_run_without_phase_one_says_nothing_of_it()
    {
        using var run = new PlayedRun(TestJob.Create(phaseTwo: 1)).Begin();
        Assert.Equal([(RunEvent.PhaseBegan, "phase two, round 1 of 1, epochs 1 to 4")], run.Events);
    }

    [Fact]
    public void A_run_that_was_over_is_completed_at_once()
    {
        var job = TestJob.Create();
        using var run = new PlayedRun(job, TestJob.Begin(job) with { Phase = RunPhase.Finished }).Begin();
        Assert.Equal((RunPhase.Finished, RunOutcome.Completed, true), (run.Run.Phase, run.Run.Outcome, run.Run.IsConcluded));
    }

    [Fact]
    public void A_stop_ends_the_run_at_once_with_a_state_that_goes_on_from_there()
    {
        var job = TestJob.Create();
        using var run = new PlayedRun(job).Begin().Train(3);
        run.Run.Stop();
        run.Run.Advance();
        Assert.Equal((RunPhase.Finished, RunOutcome.Stopped), (run.Run.Phase, run.Run.Outcome));
        Assert.True(run.Run.HasUnwritten);
        Assert.False(run.Run.IsConcluded);
        RunState? state = null;
        Assert.True(run.Report(final => state = final));
        Assert.Empty(run.Epochs);
        Assert.True(run.Run.IsConcluded);
        Assert.Equal((3L, RunPhase.PhaseOne), (state!.ModelVersion, state.Phase));

        using var resumed = new PlayedRun(job, state).Begin().PlayUntil();
        using var expected = Network.Create(job.Spec, job.Random);
        TrainSequentially(expected, job);
        TestData.AssertSameParameters(expected, resumed.Run.Server.Network);
    }

    [Fact]
    public void Staleness_is_told_of_each_epoch_and_of_all()
    {
        using var run = new PlayedRun(TestJob.Create(workers: 2)).Begin();
        Assert.True(run.TryAssign("late", out var late));
        run.Train(2);
        Assert.Equal(RefusalReason.None, run.Run.Take("late", late()));
        run.Train(BatchesPerEpoch - 3);
        run.Help();
        run.Train(BatchesPerEpoch);
        run.Help();
        Assert.Equal([(2, 0.2), (0, 0.0)], run.Epochs.Select(epoch => ((int)epoch.StalenessMax!, epoch.StalenessMean!.Value)));
        Assert.Equal(2, run.Run.Status().StalenessMax);
        // Of workers by name, as long as they take part.
        Assert.DoesNotContain(run.Run.Status().Workers, worker => worker.Name == "late");
        run.Roster.Add("late", 1, "late");
        Assert.Equal(new WorkerStatus("late", 8, 1, 2, 2), run.Run.Status().Workers.Single(worker => worker.Name == "late"));
    }

    [Fact]
    public void A_result_of_another_phase_is_refused_and_its_set_given_back()
    {
        using var run = new PlayedRun(TestJob.Create(workers: 2, rule: TestJob.Guided("gse-uniform", 1))).Begin();
        Assert.True(run.TryAssign("a", out var answer));
        var late = answer();
        run.Run.Fail("x");
        Assert.Equal(RefusalReason.OtherPhase, run.Run.Take("a", late));
        Assert.Equal((1L, 1, 0), (run.Run.RefusedCount, run.Run.Batches.Pool.Count, run.Run.Batches.Ledger.InFlightCount));
        Assert.Throws<ObjectDisposedException>(() => late.Evolution!.Changes[0]!.GrownValues.Span.Length);
        var replica = new ReplicaAnswer(1, 0, new(5, 40, 40, 30, 40), 0.5, default, WorkSet.For(run.Run.Server.Network));
        Assert.Equal(RefusalReason.OtherPhase, run.Run.Take("a", replica));
        run.Run.CountRefused();
        Assert.Equal((3L, 2), (run.Run.RefusedCount, run.Run.Batches.Pool.Count));
    }

    [Fact]
    public void Training_waits_while_too_many_epochs_are_neither_measured_nor_written()
    {
        using var run = new PlayedRun(TestJob.Create(workers: 2, epochs: 6)).Begin();
        for (var epoch = 0; epoch < Journal.EpochsMax; epoch++)
        {
            run.Train(BatchesPerEpoch);
            run.Evolve();
        }
        Assert.True(run.Run.Journal.IsFull);
        Assert.False(run.Work());
        while (run.Measure())
        {
        }
        var write = run.Run.TryTakeReport(out _, out var state, out _) ? run.Run.Journal.BeginWrite() : 0;
        state!.Dispose();
        Assert.False(run.Work());
        Assert.True(run.Run.Journal.TryEndWrite(write));
        Assert.True(run.Work());
    }

    [Fact]
    public void Waiting_for_workers_is_not_part_of_an_epoch_s_time()
    {
        var clock = new HandClock();
        using var run = new PlayedRun(TestJob.Create(epochs: 2) with { Clock = clock }, isMeasured: false);
        clock.Seconds = 100;
        run.Run.Advance();
        var first = run.Roster.Add("a", 1, "a");
        run.Begin().Train(BatchesPerEpoch - 1);
        clock.Seconds += 4;
        run.Roster.Remove(first);
        run.Run.Advance();
        clock.Seconds += 1000;
        run.Roster.Add("a", 2, "a");
        run.Run.Advance();
        clock.Seconds += 6;
        run.PlayUntil(() => run.Epochs.Count == 1);
        Assert.Equal(10, run.Epochs[0].TrainSeconds, 1e-9);
        Assert.Equal(run.Epochs[0].SampleCount / 10.0, run.Epochs[0].SamplesPerSecond, 1e-9);
    }

    [Fact]
    public void The_test_set_is_measured_as_often_as_the_options_say_and_after_the_last_epoch()
    {
        var job = TestJob.Create(epochs: 5);
        using var run = new PlayedRun(job with { Training = job.Training with { EvaluateEvery = 2 } }).Begin().PlayUntil();
        Assert.Equal([false, true, false, true, true], run.Epochs.Select(epoch => epoch.TestScore is not null));
    }

    [Fact]
    public void An_average_that_is_clearly_worse_than_its_replicas_is_not_taken()
    {
        using var run = Averaging();
        var best = run.Run.Replicas.Replicas[1]!.Retain();
        Assert.False(run.Run.TakeLoss(0, 100));
        foreach (var loss in (double[])[100, 2, 1])
        {
            var id = run.Run.Replicas.MeasurementId = run.Run.Journal.TakeEvaluationId();
            Assert.False(run.Run.TakeLoss(id - 1, loss));
            Assert.True(run.Run.TakeLoss(id, loss));
            Assert.False(run.Run.TakeLoss(id, loss));
        }
        Assert.Contains(run.Events, told => told.Kind == RunEvent.AverageRejected
            && told.Text.Contains("goes on from that of shard 1 with 1.0000", StringComparison.Ordinal));
        TestData.AssertSameParameters(best.Network, run.Run.Server.Network);
        best.Dispose();
        Assert.Equal(1, run.Run.Replicas.RoundsDone);
    }

    [Fact]
    public void An_average_that_nobody_measures_any_more_is_taken_as_it_is()
    {
        using var run = Averaging();
        using var average = run.Run.Replicas.Average!.Network.Clone();
        run.Run.Replicas.MeasurementId = 7;
        run.Run.AbandonMeasuring();
        TestData.AssertSameParameters(average, run.Run.Server.Network);
        Assert.False(run.Run.TakeLoss(7, 1));
        run.PlayUntil();
        Assert.Equal(RunOutcome.Completed, run.Run.Outcome);
        Assert.All(run.Epochs.TakeLast(2), epoch => Assert.Null(epoch.TestScore));
    }

    [Fact]
    public void A_run_goes_on_from_the_middle_of_a_round_with_what_its_replicas_were()
    {
        var job = TestJob.Create(workers: 2, epochs: 6, phaseTwo: 0.5, rounds: 1, topology: PhaseTwoTopology.Own);
        using var run = new PlayedRun(job).Begin();
        run.PlayUntil(() => run.Run.Phase == RunPhase.PhaseTwo);
        for (var replica = 0; replica < 3; replica++) Assert.True(run.Work("a", replica % 2));
        using var first = run.Run.Replicas.Replicas[0]!.Network.Clone();
        run.Run.Stop();
        run.Run.Advance();
        run.Measure();
        RunState? state = null;
        while (run.Report(taken => { state?.Dispose(); state = taken; }))
        {
        }
        Assert.Equal((RunPhase.PhaseTwo, "2,1"), (state!.Phase, string.Join(',', state.RoundEpochsDone)));
        using var resumed = new PlayedRun(job, state).Begin();
        Assert.Equal(RunPhase.PhaseTwo, resumed.Run.Phase);
        TestData.AssertSameParameters(first, resumed.Run.Replicas.Replicas[0]!.Network);
        Assert.Equal(45, resumed.Run.Status().Updates);
        resumed.PlayUntil();
        Assert.Equal((RunOutcome.Completed, 60L), (resumed.Run.Outcome, resumed.Run.Status().Updates));
    }

    [Fact]
    public void A_replica_that_is_refused_is_trained_again()
    {
        using var run = new PlayedRun(TestJob.Create(workers: 2, epochs: 4, phaseTwo: 0.5)).Begin();
        run.PlayUntil(() => run.Run.Phase == RunPhase.PhaseTwo);
        Assert.True(run.Run.TryAssign("a", 0, out ReplicaOrder order));
        var answer = run.Answer(order);
        answer.Work.Replica.Parameters.Sparse[0].Values[0] = float.NaN;
        Assert.Equal(RefusalReason.NotFinite, run.Run.Take("a", answer));
        Assert.Contains(run.Events, told => told.Kind == RunEvent.NotFinite
            && told.Text.StartsWith("a, shard 0, epoch 3: layer 1", StringComparison.Ordinal));
        Assert.True(run.Run.TryAssign("b", 0, out ReplicaOrder again));
        Assert.Equal((0, 2), (again.Assignment.Shard, again.Assignment.Epoch));
        TestData.AssertSameParameters(run.Run.Server.Network, again.Work.Replica);
        Assert.False(run.Run.Release("b", again.Assignment.Ticket));
        Assert.True(run.Run.Release("b", 1));
        Assert.False(run.Run.Release("b"));
    }

    [Fact]
    public void Work_is_taken_away_for_somebody_who_has_none_and_can_have_it()
    {
        using var run = new PlayedRun(TestJob.Create(workers: 2, epochs: 4, phaseTwo: 0.5)).Begin();
        Assert.True(run.TryAssign("silent", out _));
        Assert.True(run.TryAssign("busy", out _));
        Assert.Equal((true, false), (run.Run.IsBusy("silent"), run.Run.IsBusy("idle")));
        Assert.False(run.Run.TryTakeAway("silent", "busy"));
        Assert.True(run.Run.TryTakeAway("silent", "idle"));
        Assert.False(run.Run.IsBusy("silent"));
        Assert.False(run.Run.TryTakeAway("silent", "idle"));
        run.Run.Release("busy");
        run.PlayUntil(() => run.Run.Phase == RunPhase.PhaseTwo);
        Assert.True(run.Run.TryAssign("silent", 0, out ReplicaOrder order));
        order.Work.Dispose();
        Assert.True(run.Run.IsBusy("silent"));
        Assert.True(run.Run.TryTakeAway("silent", "idle"));
        Assert.True(run.Run.TryAssign("idle", 0, out order));
        order.Work.Dispose();
        run.Run.Fail("x");
        Assert.False(run.Run.TryTakeAway("idle", "other"));
    }

    [Fact]
    public void Its_status_says_where_it_stands()
    {
        using var run = new PlayedRun(TestJob.Create(workers: 2, epochs: 4, phaseTwo: 0.5)).Begin();
        run.Roster.Add("a", 1, "at a");
        run.Roster.CountLost();
        var status = run.Run.Status();
        Assert.Equal((RunPhase.PhaseOne, 0, 0, 0.0), (status.Phase, status.Epoch, status.BatchesDone, status.Loss));
        run.Train(BatchesPerEpoch + 3);
        status = run.Run.Status();
        Assert.Equal((1, 3, 10, 24L), (status.Epoch, status.BatchesDone, status.BatchesPerEpoch, status.Samples));
        Assert.Equal((13L, 13L, 0.0, 0L), (status.ModelVersion, status.Updates, status.StalenessMean, status.StalenessMax));
        Assert.Equal((1, 1, 0L), (status.WorkersAlive, status.WorkersLost, status.Refused));
        Assert.True(status.Loss > 0);
        Assert.Equal(run.Run.Server.Network.ConnectionCounts(), status.Connections);

        run.PlayUntil(() => run.Run.Phase == RunPhase.PhaseTwo);
        Assert.True(run.Run.TryAssign("a", 0, out ReplicaOrder order));
        run.Run.Replicas.Hear("a", order.Assignment.Ticket, 4);
        status = run.Run.Status();
        Assert.Equal((RunPhase.PhaseTwo, 2, 4, 0L), (status.Phase, status.Epoch, status.BatchesDone, status.Samples));
        Assert.Equal(RefusalReason.None, run.Run.Take("a", run.Answer(order)));
        run.Run.Advance();
        status = run.Run.Status();
        Assert.Equal((20L, 25L, 40L), (status.ModelVersion, status.Updates, status.Samples));
        run.PlayUntil();
        Assert.Equal((RunPhase.Finished, 4), (run.Run.Status().Phase, run.Run.Status().Epoch));
    }

    private static PlayedRun Averaging()
    {
        var run = new PlayedRun(TestJob.Create(workers: 2, epochs: 4, phaseTwo: 0.5)).Begin();
        run.PlayUntil(() => run.Run.Phase == RunPhase.PhaseTwo);
        Assert.True(run.Work("a"));
        Assert.True(run.Work("b", 1));
        Assert.Equal(RunPhase.Averaging, run.Run.Phase);
        return run;
    }

    private static List<EpochMetrics> TrainSequentially(Network network, TrainingJob job)
    {
        using var compute = new NetworkCompute();
        var rows = new Rows();
        using var trainer = new SequentialTrainer(
            network, job.TrainingSet, job.EvaluationSet, job.Training, compute, new() { Seed = job.Seed }, rows);
        trainer.Run();
        return rows.All;
    }

    private sealed class Rows : TrainingObserver
    {
        public List<EpochMetrics> All { get; } = [];

        public override void OnEpoch(EpochMetrics metrics, TrainingState state) => All.Add(metrics);
    }

    private sealed class HandClock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long GetTimestamp() => (long)(Seconds * TimestampFrequency);
    }
}
