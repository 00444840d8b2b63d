using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Tests.Sparse;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Tests.Training;

public sealed class SequentialTrainerTests : IDisposable
{
    private static readonly GuidedOptions s_guided = new() { Interval = 3, Until = 0.8 };

    private readonly DenseDataset _train = TestData.Clusters(330, seed: 1);
    private readonly DenseDataset _test = TestData.Clusters(150, seed: 2);
    private readonly NetworkCompute _compute = new();

    public void Dispose()
    {
        _train.Dispose();
        _test.Dispose();
        _compute.Dispose();
    }

    [Fact]
    public void Training_learns_to_tell_clusters_apart()
    {
        var recorder = new Recorder();
        using var network = Train(TestData.Options with { Epochs = 15 }, recorder);
        var last = recorder.Epochs[^1];
        Assert.True(last.TestScore > 0.9, $"accuracy {last.TestScore}");
        Assert.True(last.TestLoss < 0.5 * recorder.Epochs[0].TestLoss);
        Assert.Equal(recorder.Epochs.Max(epoch => epoch.TestScore), last.BestTestScore);
    }

    [Fact]
    public void Metrics_count_what_was_done()
    {
        var recorder = new Recorder();
        using var network = Train(TestData.Options, recorder);
        Assert.Equal([1, 2, 3, 4], recorder.Epochs.Select(epoch => epoch.Epoch));
        Assert.Equal([20L, 40, 60, 80], recorder.Epochs.Select(epoch => epoch.Updates));
        Assert.All(recorder.Epochs, epoch => Assert.Equal(320, epoch.SampleCount));
        Assert.Equal(80, recorder.Batches);
        Assert.Equal([0.02 * (0.1 + 0.9 * 19 / 20), 0.02, 0.01, 0.01], recorder.Epochs.Select(epoch => epoch.LearningRate));
        Assert.All(recorder.Epochs,
            epoch => Assert.Equal(network.Parameters.Sparse.Select(layer => layer.Topology.ConnectionCount), epoch.Connections));
        Assert.All(recorder.Epochs[..3], epoch => Assert.True(epoch.Pruned > 0 && epoch.Pruned == epoch.Grown));
        Assert.Equal(0, recorder.Epochs[^1].Pruned);
        Assert.All(recorder.Epochs, epoch => Assert.Equal(1, epoch.EvaluateSeconds));
        Assert.All(recorder.Epochs, epoch => Assert.Equal((20, 16.0), (epoch.TrainSeconds, epoch.SamplesPerSecond)));
    }

    [Fact]
    public void The_network_is_evaluated_before_it_evolves_and_best_ones_are_told()
    {
        var recorder = new Recorder();
        using var network = Train(TestData.Options, recorder);
        Assert.Equal(4, recorder.Evaluations.Count);
        double best = -1;
        foreach (var (evaluation, isBest) in recorder.Evaluations)
        {
            Assert.Equal(evaluation.Score > best, isBest);
            best = Math.Max(best, evaluation.Score);
        }
    }

    [Theory]
    [InlineData("set", OptimizerKind.Sgd)]
    [InlineData("set-zero", OptimizerKind.AdamW)]
    [InlineData("gse-graest", OptimizerKind.AdamW)]
    public void Stopped_after_any_batch_and_resumed_training_ends_bit_identically(string rule, OptimizerKind optimizer)
    {
        var options = TestData.Options with
        {
            Optimizer = TestData.Options.Optimizer with { Kind = optimizer, ClipNorm = 0.5 },
            Rule = TopologyRules.Create(rule, 0.3, s_guided),
            ImportancePruning = new ImportancePruningOptions { StartEpoch = 2, Interval = 1, Percentile = 15 },
        };
        var whole = new Recorder();
        using var expected = Train(options, whole);
        for (var stopAfter = 1; stopAfter < 80; stopAfter += 3)
        {
            using var network = Network.Create(TestData.Spec, new RandomSource(5));
            var first = new Recorder { StopAfterBatches = stopAfter };
            TrainingState state;
            using (var trainer = Trainer(network, options, new TrainingState { Seed = 5 }, first))
            {
                Assert.Throws<OperationCanceledException>(() => trainer.Run(first.Cancellation.Token));
                state = trainer.State;
            }
            Assert.Equal(stopAfter, state.UpdateCount);
            using var replica = network.Clone();
            var second = new Recorder();
            using (var trainer = Trainer(replica, options, state, second)) trainer.Run();
            TestData.AssertSameParameters(expected, replica);
            Assert.Equal(whole.Epochs.Select(Untimed), first.Epochs.Concat(second.Epochs).Select(Untimed));
        }
    }

    [Theory]
    [InlineData("gse-uniform")]
    [InlineData("gse-grabo")]
    [InlineData("gse-graest")]
    [InlineData("rigl")]
    public void Guided_rules_evolve_between_batches_and_learn(string rule)
    {
        var recorder = new Recorder();
        using var network = Train(TestData.Options with { Epochs = 15, Rule = TopologyRules.Create(rule, 0.3, s_guided) }, recorder);
        var evolving = recorder.Epochs.TakeWhile(epoch => epoch.Epoch <= 12).ToList();
        Assert.All(evolving, epoch => Assert.True(epoch.Grown > 0 && epoch.Pruned == epoch.Grown && epoch.EvolveSeconds is 6 + 1 or 7 + 1));
        Assert.All(recorder.Epochs.Skip(12), epoch => Assert.Equal((0L, 1.0), (epoch.Grown, epoch.EvolveSeconds)));
        Assert.All(recorder.Epochs, epoch => Assert.Equal(recorder.Epochs[0].Connections, epoch.Connections));
        var connections = recorder.Epochs[0].Connections;
        var ordinary = 20L * 16 * 2 * (3 * connections.Sum() - connections[0]);
        Assert.All(recorder.Epochs, epoch => Assert.Equal(ordinary, epoch.FloatingPointOperations - epoch.EvolutionCost.FloatingPointOperations));
        Assert.True(recorder.Epochs[^1].TestScore > 0.85, $"accuracy {recorder.Epochs[^1].TestScore}");
    }

    [Fact]
    public void With_an_evolution_the_batch_goes_on_where_its_connections_survive_and_grown_ones_wait_for_the_next()
    {
        var options = TestData.Options with { Epochs = 1, Rule = new GseRule(Guidance.GraBo, s_guided with { Interval = 20, Until = 1 }) };
        using var expected = Train(options with { Rule = new StaticRule() }, new Recorder());
        using var network = Train(options, new Recorder());
        for (var index = 0; index < 2; index++)
        {
            var (before, after) = (expected.Parameters.Sparse[index], network.Parameters.Sparse[index]);
            var old = TestTopologies.Positions(before.Topology);
            var positions = TestTopologies.Positions(after.Topology);
            Assert.NotEmpty(positions.Except(old));
            for (var position = 0; position < positions.Count; position++)
            {
                var source = old.IndexOf(positions[position]);
                Assert.Equal(source < 0 ? 0 : before.Values[source], after.Values[position]);
                Assert.Equal(source < 0 ? 0 : before.Velocities[source], after.Velocities[position]);
            }
        }
    }

    // A bound that no gradient reaches changes nothing but that gradients are kept.
    [Fact]
    public void Single_samples_train_to_the_same_bits_with_and_without_gradients_in_memory()
    {
        var options = TestData.Options with { Epochs = 2, BatchSize = 1 };
        options = options with { Optimizer = options.Optimizer with { LearningRate = 0.002, ClipNorm = double.PositiveInfinity } };
        Assert.True(options.DescendsAtOnce(TestData.Spec, _compute));
        var kept = options with { Optimizer = options.Optimizer with { ClipNorm = 1e30 } };
        Assert.False(kept.DescendsAtOnce(TestData.Spec, _compute));
        var (recorder, expected) = (new Recorder(), new Recorder());
        using var one = Train(kept, expected);
        using var other = Train(options, recorder);
        TestData.AssertSameParameters(one, other);
        Assert.Equal(
            expected.Epochs.Select(epoch => (epoch.Loss, epoch.TrainScore, epoch.TestLoss, epoch.Updates, epoch.FloatingPointOperations)),
            recorder.Epochs.Select(epoch => (epoch.Loss, epoch.TrainScore, epoch.TestLoss, epoch.Updates, epoch.FloatingPointOperations)));
        Assert.False((options with { Rule = new GseRule(Guidance.GraBo, s_guided) }).DescendsAtOnce(TestData.Spec, _compute));
    }

    [Fact]
    public void Single_samples_that_diverge_are_told()
    {
        var options = TestData.Options with { Epochs = 2, BatchSize = 1 };
        options = options with { Optimizer = options.Optimizer with { LearningRate = 1e30, ClipNorm = double.PositiveInfinity } };
        Assert.True(options.DescendsAtOnce(TestData.Spec, _compute));
        var error = Assert.Throws<TrainingDivergedException>(() => Train(options, new Recorder()));
        Assert.Contains("training diverged in epoch 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_number_of_threads_changes_nothing()
    {
        using var expected = Train(TestData.Options, new Recorder());
        using var compute = new NetworkCompute(threads: 3);
        using var network = Network.Create(TestData.Spec, new RandomSource(5));
        using var trainer = new SequentialTrainer(network, _train, _test, TestData.Options, compute, new TrainingState { Seed = 5 });
        trainer.Run();
        TestData.AssertSameParameters(expected, network);
    }

    [Fact]
    public void Importance_pruning_strikes_when_due_and_the_dead_stay_dead()
    {
        var recorder = new Recorder();
        var options = TestData.Options with
        {
            Epochs = 8,
            ImportancePruning = new ImportancePruningOptions { StartEpoch = 2, Interval = 3, Percentile = 25 },
        };
        using var network = Train(options, recorder);
        Assert.Equal([30, 22, 22, 22, 16, 16, 16, 16], recorder.Epochs.Select(epoch => epoch.LivingNeurons[0]));
        var living = network.LivingNeurons[0]!;
        for (var neuron = 0; neuron < living.Count; neuron++)
            if (!living.IsAlive(neuron)) Assert.Equal(0, network.Parameters.Sparse[0].Topology.Row(neuron).Length);
        for (var row = 0; row < 20; row++)
            foreach (var column in network.Parameters.Sparse[1].Topology.Row(row)) Assert.True(living.IsAlive(column));
        Assert.True(recorder.Epochs[^1].TestScore > 0.8, $"accuracy {recorder.Epochs[^1].TestScore}");
    }

    [Fact]
    public void Evaluation_happens_as_often_as_asked_and_at_the_end()
    {
        var recorder = new Recorder();
        using var network = Train(TestData.Options with { Epochs = 5, EvaluateEvery = 3 }, recorder);
        Assert.Equal([false, false, true, false, true], recorder.Epochs.Select(epoch => epoch.TestScore is not null));
    }

    [Fact]
    public void Divergence_stops_training_with_the_layer_named_and_the_weights_as_they_were()
    {
        using var network = Network.Create(TestData.Spec, new RandomSource(5));
        network.Parameters.Sparse[1].Values[7] = float.NaN;
        using var before = network.Clone();
        using var trainer = Trainer(network, TestData.Options, new TrainingState { Seed = 5 }, new Recorder());
        var message = Assert.Throws<TrainingDivergedException>(() => trainer.Run()).Message;
        Assert.Contains("layer 2 (30-20) has weights that are not finite", message, StringComparison.Ordinal);
        Assert.True(before.Parameters.Sparse[0].Values.Span.SequenceEqual(network.Parameters.Sparse[0].Values.Span));
    }

    [Fact]
    public void A_learning_rate_beyond_all_measure_is_reported_not_trained_on()
    {
        using var network = Network.Create(TestData.Spec, new RandomSource(5));
        var options = TestData.Options with { Optimizer = new OptimizerOptions { LearningRate = 1e30 } };
        using var trainer = Trainer(network, options, new TrainingState { Seed = 5 }, new Recorder());
        Assert.Contains("learning rate", Assert.Throws<TrainingDivergedException>(() => trainer.Run()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_do_not_fit_are_refused_by_name()
    {
        using var narrow = TestData.Clusters(20, seed: 3, features: 5);
        using var many = TestData.Clusters(200, seed: 3, classes: 7);
        using var network = Network.Create(TestData.Spec, new RandomSource(5));
        var pairs = new[] { (narrow, _test, "5 features"), (_train, narrow, "5 features"), (many, _test, "7 classes") };
        foreach (var (train, test, part) in pairs)
        {
            var message = Assert.Throws<InvalidInputException>(
                () => new SequentialTrainer(network, train, test, TestData.Options, _compute, new TrainingState { Seed = 5 })).Message;
            Assert.Contains("clusters has " + part, message, StringComparison.Ordinal);
        }
    }

    private Network Train(TrainingOptions options, Recorder recorder)
    {
        var network = Network.Create(TestData.Spec, new RandomSource(5));
        using var trainer = Trainer(network, options, new TrainingState { Seed = 5 }, recorder);
        trainer.Run();
        Assert.True(trainer.IsFinished);
        return network;
    }

    private SequentialTrainer Trainer(Network network, TrainingOptions options, TrainingState state, Recorder recorder) =>
        new(network, _train, _test, options, _compute, state, recorder, new SteppingClock());

    private static string Untimed(EpochMetrics metrics) => string.Join(' ',
        metrics.Epoch, metrics.Updates, metrics.SampleCount, metrics.LearningRate,
        metrics.Loss, metrics.TrainScore, metrics.TestLoss,
        metrics.TestScore, metrics.BestTestScore, metrics.TrainSeconds, metrics.Pruned, metrics.Grown,
        string.Join(',', metrics.Connections), string.Join(',', metrics.LivingNeurons));

    /// <summary>Moves on by one second every time it is read, so that each measured span is one second.</summary>
    private sealed class SteppingClock : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds++;
    }

    private sealed class Recorder : TrainingObserver
    {
        public List<EpochMetrics> Epochs { get; } = [];

        public List<(Evaluation Evaluation, bool IsBest)> Evaluations { get; } = [];

        public int Batches { get; private set; }

        public int StopAfterBatches { get; init; } = int.MaxValue;

        public CancellationTokenSource Cancellation { get; } = new();

        public override void OnBatch(TrainingState state, int batchCount)
        {
            Assert.InRange(state.Batch, 1, batchCount);
            if (++Batches == StopAfterBatches) Cancellation.Cancel();
        }

        public override void OnEvaluated(Network network, int epoch, Evaluation evaluation, bool isBest)
        {
            Assert.True(epoch > (Epochs.Count == 0 ? 0 : Epochs[^1].Epoch));
            Evaluations.Add((evaluation, isBest));
        }

        public override void OnEpoch(EpochMetrics metrics, TrainingState state)
        {
            Assert.Equal((metrics.Epoch, 0), (state.Epoch, state.Batch));
            Epochs.Add(metrics);
        }
    }
}
