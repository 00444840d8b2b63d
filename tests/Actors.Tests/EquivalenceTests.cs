using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Data;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;
using Akka.Actor;
using Akka.Configuration;

namespace ActorSparse.Actors.Tests;

/// <summary>Whole trainings on real threads, against the sequential trainer and against each other.</summary>
public sealed class EquivalenceTests : IDisposable
{
    private static readonly ImportancePruningOptions s_pruning = new() { StartEpoch = 2, Interval = 2, Percentile = 15 };
    private readonly ActorSystem _system = ActorSystem.Create("equivalence", TestSettings.Hocon);

    public void Dispose() => _system.Terminate().Wait();

    // Messages are copied as between machines.
    private static ActorSystem CreateSerializing() => ActorSystem.Create("serializing",
        ConfigurationFactory.ParseString("akka.actor.serialize-messages = on").WithFallback(TestSettings.Hocon));

    [Theory]
    [InlineData(TrainingMode.Wasap, 0.0)]
    [InlineData(TrainingMode.Wssp, 0.0)]
    [InlineData(TrainingMode.Wasap, 0.5)]
    [InlineData(TrainingMode.Wssp, 0.5)]
    [InlineData(TrainingMode.Wasap, 1.0)]
    public async Task One_worker_equals_the_sequential_trainer_bit_for_bit(TrainingMode mode, double phaseTwo)
    {
        foreach (var topology in Enum.GetValues<PhaseTwoTopology>())
        foreach (var pruning in (ImportancePruningOptions?[])[null, s_pruning])
        {
            var job = TestJob.Create(workers: 1, epochs: 6, phaseTwo, mode: mode, seed: 9, pruning: pruning, topology: topology);
            var (rows, epochs) = await AssertSameAsSequential(
                job, $"{mode}, phase two {phaseTwo}, {topology}, pruning {pruning is not null}");
            Assert.Equal(rows.Select(row => row.Loss), epochs.Select(epoch => epoch.Loss));
        }
    }

    [Theory]
    [InlineData("set", TrainingMode.Wasap, 0.5)]
    [InlineData("gse-grabo", TrainingMode.Wasap, 0.0)]
    [InlineData("gse-graest", TrainingMode.Wssp, 0.5)]
    [InlineData("rigl", TrainingMode.Wssp, 0.0)]
    public async Task One_worker_equals_the_sequential_trainer_bit_for_bit_on_a_graph(string rule, TrainingMode mode, double phaseTwo)
    {
        var job = TestJob.Create(workers: 1, epochs: 6, phaseTwo, mode: mode, rule: TestJob.Guided(rule)) with { Spec = TestJob.Residual };
        var (rows, epochs) = await AssertSameAsSequential(job, $"graph, {rule}, {mode}, phase two {phaseTwo}");
        Assert.Equal(rows.Select(row => (row.Loss, row.TestLoss)), epochs.Select(row => (row.Loss, row.TestLoss)));
        Assert.True(epochs[^1].Loss < epochs[0].Loss, $"{epochs[0].Loss} became {epochs[^1].Loss}");
    }

    [Theory]
    [InlineData(TargetKind.Real, TrainingMode.Wasap, 0.0)]
    [InlineData(TargetKind.Real, TrainingMode.Wssp, 0.5)]
    [InlineData(TargetKind.LabelSets, TrainingMode.Wasap, 0.5)]
    [InlineData(TargetKind.LabelSets, TrainingMode.Wssp, 0.0)]
    public async Task One_worker_equals_the_sequential_trainer_bit_for_bit_whatever_the_targets(
        TargetKind targets, TrainingMode mode, double phaseTwo)
    {
        var job = TestJob.Create(workers: 1, epochs: 6, phaseTwo, mode: mode, pruning: s_pruning).WithTargets(targets);
        var (rows, epochs) = await AssertSameAsSequential(job, $"{targets}, {mode}, phase two {phaseTwo}");
        Assert.Equal(
            rows.Select(row => (row.Loss, row.TrainScore, row.TestLoss, row.BestTestScore)),
            epochs.Select(row => (row.Loss, row.TrainScore, row.TestLoss, row.BestTestScore)));
        Assert.Equal(rows.Select(row => row.TestFurther), epochs.Select(row => row.TestFurther));
        Assert.All(epochs, row => Assert.Equal(ScoreKind.Of(targets), row.ScoreKind));
    }

    [Theory]
    [InlineData(TargetKind.Real)]
    [InlineData(TargetKind.LabelSets)]
    public async Task Workers_learn_other_targets_from_messages_that_are_copied(TargetKind targets)
    {
        var serializing = CreateSerializing();
        try
        {
            var job = TestJob.Create(workers: 2, epochs: 30, phaseTwo: 0.3, samples: 240, rule: new StaticRule()).WithTargets(targets);
            var optimizer = new OptimizerOptions { Kind = OptimizerKind.AdamW, LearningRate = 0.01 };
            job = job with { Training = job.Training with { Dropout = 0, Optimizer = optimizer } };
            var (listener, sink) = (new RecordingListener(), new RecordingSink());
            var result = await DistributedTrainer.RunAsync(serializing, job, TestJob.Begin(job), listener, sink);
            Assert.Equal(RunOutcome.Completed, result.Outcome);
            result.Network.Dispose();
            var (first, last, kind) = (listener.Epochs.First(), listener.Epochs.Last(), job.ScoreKind);
            Assert.True(kind.IsBetter(last.TestScore!.Value, first.TestScore), $"{first.TestScore} became {last.TestScore}");
            var share = targets == TargetKind.Real ? last.TestFurther![1] : last.TestScore;
            Assert.True(share > 0.8, $"R2 or F1 {share}");
            // The best is the lowest error, or the highest share.
            var scores = listener.Epochs.Select(row => row.TestScore!.Value).ToList();
            Assert.Equal(kind.IsError ? scores.Min() : scores.Max(), last.BestTestScore);
        }
        finally
        {
            await serializing.Terminate();
        }
    }

    [Theory]
    [InlineData("gse-uniform", TrainingMode.Wasap, 0.0, 3)]
    [InlineData("gse-grabo", TrainingMode.Wssp, 0.0, 1)]
    [InlineData("gse-graest", TrainingMode.Wasap, 0.5, 3)]
    [InlineData("gse-graest", TrainingMode.Wssp, 0.5, 10)]
    [InlineData("gse-grabo", TrainingMode.Wasap, 1.0, 4)]
    [InlineData("rigl", TrainingMode.Wasap, 0.5, 3)]
    public async Task One_worker_equals_the_sequential_trainer_bit_for_bit_when_growth_is_guided(
        string rule, TrainingMode mode, double phaseTwo, int interval)
    {
        foreach (var budget in Enum.GetValues<ConnectionBudget>())
        foreach (var pruning in (ImportancePruningOptions?[])[null, s_pruning])
        {
            var job = TestJob.Create(
                workers: 1, epochs: 6, phaseTwo, mode: mode, pruning: pruning, rule: TestJob.Guided(rule, interval, budget),
                topology: pruning is null ? PhaseTwoTopology.Shared : PhaseTwoTopology.Own);
            var (rows, epochs) = await AssertSameAsSequential(job, $"{rule}, {mode}, {phaseTwo}, {budget}, {pruning is not null}");
            if (phaseTwo == 0)
                Assert.Equal(
                    rows.Select(row => (row.Pruned, row.Grown)),
                    epochs.Select(epoch => (epoch.Pruned, epoch.Grown)));
            Assert.Contains(epochs, epoch => epoch.Grown > 0);
        }
    }

    [Theory]
    [InlineData(TrainingMode.Wasap)]
    [InlineData(TrainingMode.Wssp)]
    public async Task Messages_that_are_copied_as_between_machines_change_nothing(TrainingMode mode)
    {
        var serializing = CreateSerializing();
        try
        {
            var job = TestJob.Create(workers: 1, epochs: 6, phaseTwo: 0.5, mode: mode, seed: 9, pruning: s_pruning);
            var sink = new RecordingSink();
            var result = await DistributedTrainer.RunAsync(serializing, job, TestJob.Begin(job), new RecordingListener(), sink);
            using var expected = Network.Create(job.Spec, job.Random);
            TrainSequentially(expected, job);
            Networks.AssertIdentical(expected, result.Network, $"{mode}, serialized");
            Assert.Equal(6, sink.Count);
            result.Network.Dispose();
        }
        finally
        {
            await serializing.Terminate();
        }
    }

    [Theory]
    [InlineData(PhaseTwoTopology.Shared)]
    [InlineData(PhaseTwoTopology.Own)]
    public async Task Step_by_step_training_does_not_depend_on_who_computes_or_when(PhaseTwoTopology topology)
    {
        Network? first = null;
        for (var repetition = 0; repetition < 3; repetition++)
        {
            var job = TestJob.Create(workers: 3, epochs: 5, phaseTwo: 0.4, rounds: 2, mode: TrainingMode.Wssp, topology: topology);
            var result = await DistributedTrainer.RunAsync(_system, job, TestJob.Begin(job), new RecordingListener());
            Assert.Equal(RunOutcome.Completed, result.Outcome);
            if (first is null) first = result.Network;
            else
            {
                Networks.AssertIdentical(first, result.Network, $"repetition {repetition}");
                result.Network.Dispose();
            }
        }
        first!.Dispose();
    }

    [Fact]
    public async Task An_asynchronous_run_applies_every_batch_once_and_learns()
    {
        var job = TestJob.Create(workers: 2, epochs: 20, phaseTwo: 0.3, samples: 240);
        var listener = new RecordingListener();
        var result = await DistributedTrainer.RunAsync(_system, job, TestJob.Begin(job), listener);
        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(20 * 30, result.Status.Updates);
        Assert.Equal(Enumerable.Range(1, 20), listener.Epochs.Select(epoch => epoch.Epoch));
        Assert.All(listener.Epochs, epoch => Assert.Equal(240, epoch.SampleCount));
        // Of 150 runs on a busy machine the worst reached 0.97 in its best epoch, and 0.77 in its last: the test set has 30 samples.
        Assert.True(listener.Epochs.Max(epoch => epoch.TestScore) > 0.8, $"{listener.Epochs.Max(epoch => epoch.TestScore)}");
        using var initial = Network.Create(job.Spec, job.Random);
        Assert.Equal(initial.Parameters.Sparse.Select(layer => layer.Topology.ConnectionCount), result.Status.Connections);
        result.Network.Dispose();
    }

    [Theory]
    [InlineData(TrainingMode.Wasap, 1, false, PhaseTwoTopology.Shared, null)]
    [InlineData(TrainingMode.Wssp, 2, false, PhaseTwoTopology.Own, null)]
    [InlineData(TrainingMode.Wssp, 2, false, PhaseTwoTopology.Shared, null)]
    [InlineData(TrainingMode.Wssp, 2, false, PhaseTwoTopology.Shared, 2)]
    [InlineData(TrainingMode.Wasap, 1, true, PhaseTwoTopology.Shared, null)]
    [InlineData(TrainingMode.Wssp, 2, true, PhaseTwoTopology.Own, 2)]
    [InlineData(TrainingMode.Wssp, 2, true, PhaseTwoTopology.Shared, null)]
    public async Task A_run_continued_from_any_checkpoint_ends_as_if_it_had_never_stopped(
        TrainingMode mode, int workers, bool isGuided, PhaseTwoTopology topology, int? rounds)
    {
        var rule = isGuided ? TestJob.Guided("gse-graest", 2) : null;
        var job = TestJob.Create(
            workers, epochs: 6, phaseTwo: 0.5, rounds: rounds, mode: mode, seed: 9, pruning: s_pruning, rule: rule, topology: topology);
        var sink = new RecordingSink();
        var whole = await DistributedTrainer.RunAsync(_system, job, TestJob.Begin(job), new RecordingListener(), sink);
        Assert.Equal(6, sink.Count);
        for (var checkpoint = 0; checkpoint < sink.Count; checkpoint++)
        {
            var resumed = job with { RunId = job.RunId + 1 + (ulong)checkpoint };
            var result = await DistributedTrainer.RunAsync(_system, resumed, sink[checkpoint], new RecordingListener());
            Assert.Equal(RunOutcome.Completed, result.Outcome);
            Networks.AssertIdentical(whole.Network, result.Network, $"from checkpoint {checkpoint}");
            Assert.Equal(whole.Status.Updates, result.Status.Updates);
            result.Network.Dispose();
        }
        whole.Network.Dispose();
    }

    [Theory]
    [InlineData("gse-uniform")]
    [InlineData("gse-graest")]
    [InlineData("rigl")]
    public async Task Asynchronous_guided_growth_keeps_the_number_of_connections_and_learns(string rule)
    {
        var job = TestJob.Create(workers: 3, epochs: 20, phaseTwo: 0.3, samples: 240, rule: TestJob.Guided(rule, 10));
        var listener = new RecordingListener();
        var result = await DistributedTrainer.RunAsync(_system, job, TestJob.Begin(job), listener);
        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(20 * 30, result.Status.Updates);
        // Three evolutions in every epoch of phase one.
        Assert.True(listener.Epochs.Take(14).Sum(epoch => epoch.Grown) > 0);
        Assert.True(listener.Epochs.Last().TestScore > 0.8, $"accuracy {listener.Epochs.Last().TestScore}");
        using var initial = Network.Create(job.Spec, job.Random);
        Assert.Equal(initial.Parameters.Sparse.Select(layer => layer.Topology.ConnectionCount), result.Status.Connections);
        result.Network.Dispose();
    }

    [Fact]
    public async Task A_run_that_is_stopped_writes_where_it_stood_and_continues_exactly()
    {
        var job = TestJob.Create(workers: 1, epochs: 40, samples: 400);
        using var stop = new CancellationTokenSource();
        var sink = new RecordingSink();
        var listener = new RecordingListener { WhenEpoch = summary => { if (summary.Epoch == 3) stop.Cancel(); } };
        var stopped = await DistributedTrainer.RunAsync(_system, job, TestJob.Begin(job), listener, sink, cancellation: stop.Token);
        Assert.Equal(RunOutcome.Stopped, stopped.Outcome);
        stopped.Network.Dispose();
        var resumed = job with { RunId = 99 };
        var result = await DistributedTrainer.RunAsync(_system, resumed, sink[sink.Count - 1], new RecordingListener());
        using var expected = Network.Create(job.Spec, job.Random);
        TrainSequentially(expected, job);
        Networks.AssertIdentical(expected, result.Network, "stopped and continued");
        result.Network.Dispose();
    }

    // Returns what both report of their epochs.
    [Theory]
    [InlineData(TrainingMode.Wasap, 1, 0.0)]
    [InlineData(TrainingMode.Wssp, 2, 0.0)]
    [InlineData(TrainingMode.Wasap, 2, 0.9)]
    public async Task A_run_ends_once_validation_samples_say_so_and_its_last_checkpoint_is_that_of_its_last_epoch(
        TrainingMode mode, int workers, double phaseTwo)
    {
        var job = TestJob.Create(workers, epochs: 60, phaseTwo, mode: mode);
        job = job with { Training = job.Training with { EvaluatedOn = EvaluationRole.Validation, Patience = 2 } };
        var (listener, sink) = (new RecordingListener(), new RecordingSink());
        var result = await DistributedTrainer.RunAsync(_system, job, TestJob.Begin(job), listener, sink);
        result.Network.Dispose();
        Assert.Equal((RunOutcome.Completed, null), (result.Outcome, result.Error));
        var rows = listener.Epochs.ToList();
        var best = rows.First(row => row.BestTestScore == rows[^1].BestTestScore).Epoch;
        Assert.True(rows.Count < 60, "it did not end early");
        Assert.Equal((rows.Count, 2), (rows[^1].Epoch, rows.Count - best));
        Assert.Equal(rows.Count, sink.Count);
        using var last = sink[sink.Count - 1];
        Assert.Equal((rows.Count, new ValidationProgress(best, rows.Count)), (last.EpochsDone(job.Plan), last.Validation));
    }

    private async Task<(List<EpochMetrics> Expected, List<EpochMetrics> Actual)> AssertSameAsSequential(TrainingJob job, string what)
    {
        var listener = new RecordingListener();
        var result = await DistributedTrainer.RunAsync(_system, job, TestJob.Begin(job), listener);
        Assert.Equal(RunOutcome.Completed, result.Outcome);
        using var expected = Network.Create(job.Spec, job.Random);
        var rows = TrainSequentially(expected, job);
        Networks.AssertIdentical(expected, result.Network, what);
        Assert.Equal(rows.Select(row => row.TestScore), listener.Epochs.Select(epoch => epoch.TestScore));
        Assert.Equal(job.Training.Epochs * job.BatchesPerShard().Sum(), result.Status.Updates);
        result.Network.Dispose();
        return (rows, [.. listener.Epochs]);
    }

    private static List<EpochMetrics> TrainSequentially(Network network, TrainingJob job)
    {
        using var compute = new NetworkCompute();
        var rows = new EpochMetricss();
        using var trainer = new SequentialTrainer(
            network, job.TrainingSet, job.EvaluationSet, job.Training, compute, new() { Seed = job.Seed }, rows);
        trainer.Run();
        return rows.Rows;
    }

    private sealed class EpochMetricss : TrainingObserver
    {
        public List<EpochMetrics> Rows { get; } = [];

        public override void OnEpoch(EpochMetrics metrics, TrainingState state) => Rows.Add(metrics);
    }
}
