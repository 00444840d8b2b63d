using ActorSparse.Model.Baselines;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Tests.Data;
using ActorSparse.Model.Tests.Training;
using ActorSparse.Model.Training;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Baselines;

/// <summary>What all of them have in common when a network is trained under them.</summary>
public sealed class TrainingTests : IDisposable
{
    private readonly NetworkCompute _compute = new();
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> AllNames => [.. BaselineRun.Names];

    public static TheoryData<string> NamesAtStart => ["snip", "grasp", "synflow"];

    public void Dispose()
    {
        _compute.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(AllNames))]
    public void Exactly_the_asked_for_connections_are_left_of_layers_and_of_convolutions(string rule)
    {
        foreach (var spec in (NetworkSpec[])[BaselineRun.Chain, BaselineRun.Residual])
        {
            var recorder = new Recorder();
            using var network = BaselineRun.Train(_compute, spec, BaselineRun.Options(rule), recorder);
            var sparsity = rule == "gradual" ? new GradualRule(0.9, new() { Interval = 3, Until = 0.8 }).SparsityAt(23, 32) : BaselineRun.Sparsity;
            var expected = rule == "top-kast"
                ? network.Parameters.Layout.Sparse.Sum(block => Math.Max(1, (long)(0.1 * block.Rows * block.Columns + 1e-6)))
                : (long)Math.Floor((1 - sparsity) * network.Parameters.Layout.PossibleConnections + 1e-6);
            Assert.Equal(expected, network.ConnectionCount);
            Assert.Equal(expected, recorder.Epochs[^1].Connections.Sum());
            Assert.True(recorder.Epochs.Sum(epoch => epoch.EvolveSeconds) > 0);
            // As dense networks are judged apart, the best is one of those that are sparse.
            Assert.All(recorder.Best, best => Assert.Equal(expected, best));
            Assert.NotEmpty(recorder.Best);
        }
    }

    [Theory]
    [MemberData(nameof(NamesAtStart))]
    public void What_is_pruned_at_the_start_begins_as_in_the_dense_network_and_stays(string rule)
    {
        var options = BaselineRun.Options(rule);
        using var network = BaselineRun.New(BaselineRun.Chain);
        using var full = FullNetwork.Create(BaselineRun.Chain, new RandomSource(BaselineRun.Seed));
        using (var run = ((IDenseRule)options.Rule).Begin(BaselineRun.Context(_compute, network, options))) run.BeginRound(0);
        foreach (var (sparse, dense) in network.Parameters.Sparse.Zip(full.Parameters.Sparse))
        {
            var values = BaselineRun.Places(sparse.Topology).Order().Select(place => dense.Values[place]);
            Assert.Equal(values, sparse.Values.Span.ToArray());
        }
        using var trained = BaselineRun.Train(_compute, BaselineRun.Chain, options);
        Assert.Equal(
            network.Parameters.Sparse.Select(block => block.Topology.Id), trained.Parameters.Sparse.Select(block => block.Topology.Id));
    }

    [Theory]
    [MemberData(nameof(AllNames))]
    public void The_number_of_threads_changes_nothing(string rule)
    {
        using var expected = BaselineRun.Train(_compute, BaselineRun.Chain, BaselineRun.Options(rule));
        using var threads = new NetworkCompute(threads: 3);
        using var actual = BaselineRun.Train(threads, BaselineRun.Chain, BaselineRun.Options(rule));
        TestData.AssertSameParameters(expected, actual);
    }

    [Theory]
    [MemberData(nameof(AllNames))]
    public void Stopped_after_any_batch_and_resumed_from_its_checkpoint_training_ends_bit_identically(string rule)
    {
        foreach (var optimizer in Enum.GetValues<OptimizerKind>())
        {
            var options = BaselineRun.Options(rule, optimizer);
            var whole = new Recorder();
            using var expected = BaselineRun.Train(_compute, BaselineRun.Chain, options, whole);
            foreach (var stopAfter in (int[])[1, 5, 8, 9, 16, 20, 24, 31])
            {
                var first = new Recorder { StopAfterBatches = stopAfter };
                var path = Path.Combine(_folder.Root, $"{rule}-{optimizer}-{stopAfter}.safetensors");
                using (var network = BaselineRun.New(BaselineRun.Chain))
                using (var trainer = new SequentialTrainer(
                    network, BaselineRun.Data, BaselineRun.Data, options, _compute, new() { Seed = BaselineRun.Seed }, first))
                {
                    Assert.Throws<OperationCanceledException>(() => trainer.Run(first.Cancellation.Token));
                    CheckpointFile.Save(path, new() { Network = network, State = trainer.State, Replicas = trainer.Kept });
                }
                using var checkpoint = CheckpointFile.Load(path);
                var second = new Recorder();
                using (var trainer = new SequentialTrainer(
                    checkpoint.Network, BaselineRun.Data, BaselineRun.Data, options, _compute, checkpoint.State!, second, kept: checkpoint.Replicas))
                    trainer.Run();
                TestData.AssertSameParameters(expected, checkpoint.Network);
                Assert.Equal(whole.Epochs.Select(Untimed), first.Epochs.Concat(second.Epochs).Select(Untimed));
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllNames))]
    public void They_learn(string rule)
    {
        var recorder = new Recorder();
        var options = BaselineRun.Options(rule) with { Epochs = 24, Optimizer = new() { LearningRate = 0.1 }, Dropout = 0 };
        using var network = BaselineRun.Train(_compute, BaselineRun.Chain, options, recorder);
        Assert.True(recorder.Epochs[^1].TestScore > 0.8, $"accuracy {recorder.Epochs[^1].TestScore}");
    }

    [Theory]
    [InlineData(TargetKind.Real, "snip")]
    [InlineData(TargetKind.Real, "grasp")]
    [InlineData(TargetKind.LabelSets, "snip")]
    [InlineData(TargetKind.LabelSets, "grasp")]
    public void Other_targets_than_classes_score_too(TargetKind kind, string rule)
    {
        var job = TestJob.Create(rule: TopologyRules.Create(rule, 0.3, new(), 0.8)).WithTargets(kind);
        using var network = Network.Create(job.Spec, job.Random);
        using var trainer = new SequentialTrainer(network, job.TrainingSet, job.EvaluationSet, job.Training, _compute, new() { Seed = job.Seed });
        trainer.Run();
        Assert.Equal((long)(0.2 * job.Spec.Layout().PossibleConnections + 1e-6), network.ConnectionCount);
    }

    [Fact]
    public void What_cannot_be_trained_is_refused_by_name()
    {
        foreach (var rule in BaselineRun.Names)
        {
            var missing = Assert.Throws<InvalidInputException>(() => TopologyRules.Create(rule, 0.3, new()));
            Assert.Contains($"rule {rule}: expected a sparsity", missing.Message, StringComparison.Ordinal);
            Assert.Contains("1.5", Assert.Throws<InvalidInputException>(() => TopologyRules.Create(rule, 0.3, new(), 1.5)).Message, StringComparison.Ordinal);
            var pruning = BaselineRun.Options(rule) with { ImportancePruning = new ImportancePruningOptions { StartEpoch = 1 } };
            Assert.Contains(rule, Assert.Throws<InvalidInputException>(pruning.Validate).Message, StringComparison.Ordinal);
        }
    }

    private static string Untimed(EpochMetrics metrics) => string.Join(' ',
        metrics.Epoch, metrics.Updates, metrics.SampleCount, metrics.LearningRate, metrics.Loss, metrics.TrainScore, metrics.TestLoss,
        metrics.TestScore, metrics.BestTestScore, metrics.Pruned, metrics.Grown, string.Join(',', metrics.Connections));

    private sealed class Recorder : TrainingObserver
    {
        private int _batches;

        public List<EpochMetrics> Epochs { get; } = [];

        public List<long> Best { get; } = [];

        public int StopAfterBatches { get; init; } = int.MaxValue;

        public CancellationTokenSource Cancellation { get; } = new();

        public override void OnBatch(TrainingState state, int batchCount)
        {
            if (++_batches == StopAfterBatches) Cancellation.Cancel();
        }

        public override void OnEvaluated(Network network, int epoch, Evaluation evaluation, bool isBest)
        {
            if (isBest) Best.Add(network.ConnectionCount);
        }

        public override void OnEpoch(EpochMetrics metrics, TrainingState state) => Epochs.Add(metrics);
    }
}
