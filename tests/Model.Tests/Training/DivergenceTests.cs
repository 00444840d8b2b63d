using System.Text.Json;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Tests.Training;

public sealed class DivergenceTests : IDisposable
{
    private static readonly GuessLoss s_guess = new(Alike: 2, Best: 1.8, Score: 0.3, ScoreKind.Accuracy);

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
    public void A_loss_far_above_a_guess_is_told_once_there_are_enough_batches()
    {
        Assert.Null(Divergence.OfLossSoFar(6.1 * 190, 190, 19, 100, 1.5, 4, s_guess));
        Assert.Null(Divergence.OfLossSoFar(5.9 * 200, 200, 20, 100, 1.5, 4, s_guess));
        Assert.Null(Divergence.OfLossSoFar(6.1 * 60, 60, 6, 7, 1.5, 4, s_guess));
        Assert.Null(Divergence.OfLossSoFar(0, 0, 0, 7, 1.5, 4, s_guess));
        var text = Divergence.OfLossSoFar(6.1 * 200, 200, 20, 100, 1.5, 4, s_guess);
        Assert.All(["epoch 5", "6.1", "(2)"], part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.NotNull(Divergence.OfLossSoFar(6.1 * 70, 70, 7, 7, 1.5, 4, s_guess));
        Assert.NotNull(Divergence.OfLossSoFar(double.NaN, 70, 7, 7, 1.5, 4, s_guess));
        Assert.Null(Divergence.OfLossSoFar(1999 * 70, 70, 7, 7, null, 0, s_guess));
        Assert.NotNull(Divergence.OfLossSoFar(2001 * 70, 70, 7, 7, null, 0, s_guess));
    }

    [Fact]
    public void Of_an_error_less_is_better()
    {
        var guess = new GuessLoss(Alike: 0.5, Best: 0.5, Score: 20, ScoreKind.RootMeanSquaredError);
        Assert.Contains("fell back to a constant guess", Divergence.OfEpochLoss(0.499, 20, 0.1, 3, guess), StringComparison.Ordinal);
        Assert.Null(Divergence.OfEpochLoss(0.499, 15, 0.1, 3, guess));
        Assert.Null(Divergence.OfEpochLoss(0.3, 15, 0.1, 3, guess));
        Assert.Contains("3 times that of guessing the mean (0.5)", Divergence.OfEpochLoss(1.6, 36, 0.45, 1, guess), StringComparison.Ordinal);
    }

    [Fact]
    public void An_epoch_as_bad_as_a_guess_has_diverged_only_if_one_before_had_learnt_something()
    {
        Assert.Null(Divergence.OfEpochLoss(1.8, 0.3, null, 0, s_guess));
        Assert.Null(Divergence.OfEpochLoss(1.8, 0.3, 1.7, 3, s_guess));
        Assert.Null(Divergence.OfEpochLoss(1.79, 0.3, 1.0, 3, s_guess));
        Assert.Null(Divergence.OfEpochLoss(3, 0.32, 1.0, 3, s_guess));
        Assert.Null(Divergence.OfEpochLoss(0, 1, 0, 3, new(2, 0, 1, ScoreKind.Accuracy)));
        Assert.Contains("fell back to a constant guess", Divergence.OfEpochLoss(1.792, 0.3, 1.6, 3, s_guess), StringComparison.Ordinal);
        Assert.Contains("times that of", Divergence.OfEpochLoss(6.1, 0.9, 1.0, 1, s_guess), StringComparison.Ordinal);
    }

    // Features that nobody scaled: the loss is still far above that of a guess when the first epoch ends, and falls.
    [Fact]
    public void A_loss_that_falls_from_far_above_a_guess_has_not_diverged()
    {
        Assert.Null(Divergence.OfEpochLoss(28.3, 0.6, 55, 1, s_guess));
        Assert.Null(Divergence.OfEpochLoss(80, 0.6, 28.3, 2, s_guess));
        Assert.Contains("3 times that of the best epoch (28.3)", Divergence.OfEpochLoss(85, 0.6, 28.3, 2, s_guess), StringComparison.Ordinal);
        Assert.Contains("1000 times that of", Divergence.OfEpochLoss(2001, 0.6, null, 5, s_guess), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_said_of_a_retry_names_where_it_goes_on_and_gives_no_advice()
    {
        var diverged = Divergence.OfEvaluationLoss(double.PositiveInfinity, 6, EvaluationRole.Test)!;
        var text = Divergence.DescribeRetry(diverged, 5, 100);
        Assert.StartsWith("training diverged in epoch 7: ", text, StringComparison.Ordinal);
        Assert.EndsWith("; going on after epoch 5 at half the learning rate", text, StringComparison.Ordinal);
        Assert.DoesNotContain("may help", text, StringComparison.Ordinal);
        Assert.Contains("; beginning again at half", Divergence.DescribeRetry(diverged, 0, 0), StringComparison.Ordinal);
        Assert.Contains("; going on in epoch 1 at half", Divergence.DescribeRetry(diverged, 0, 4), StringComparison.Ordinal);
    }

    // 41 batches an epoch; also when training is stopped before and goes on.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(19)]
    public void Training_ends_in_the_midst_of_an_epoch_that_is_lost_and_the_epoch_is_not_evaluated(int stopAfter)
    {
        var options = TestData.Options with { BatchSize = 8, Optimizer = new() { LearningRate = 1e-6 } };
        using var network = Network.Create(TestData.Spec, new RandomSource(5));
        foreach (ref var value in network.Parameters.Sparse[^1].Values.Span) value *= 100_000;
        var state = new TrainingState { Seed = 5 };
        if (stopAfter > 0)
        {
            var first = new Recorder { StopAfterBatches = stopAfter };
            using var trainer = Trainer(network, options, state, first);
            Assert.Throws<OperationCanceledException>(() => trainer.Run(first.Cancellation.Token));
            state = trainer.State;
        }
        var recorder = new Recorder();
        using var last = Trainer(network, options, state, recorder);
        Assert.Contains("epoch 1", Assert.Throws<TrainingDivergedException>(() => last.Run()).Message, StringComparison.Ordinal);
        Assert.Equal((20, 20L), (last.State.Batch, last.State.UpdateCount));
        Assert.Equal((20 - stopAfter, 0, 0), (recorder.Batches, recorder.Evaluations, recorder.Epochs));
    }

    [Fact]
    public void Training_ends_with_the_epoch_in_which_the_network_fell_back_to_a_constant_guess()
    {
        var options = TestData.Options with { Optimizer = new() { LearningRate = 1e-9 } };
        using var network = Network.Create(TestData.Spec, new RandomSource(5));
        foreach (var layer in network.Parameters.Sparse) layer.Values.Span.Clear();
        foreach (var (best, lasts) in new[] { (0.99, true), (0.8, false) })
        {
            var recorder = new Recorder();
            using var trainer = Trainer(network, options, new() { Seed = 5, BestEpochLoss = best * Math.Log(3), Epoch = 3 }, recorder);
            if (lasts) trainer.Run();
            else Assert.Contains("fell back", Assert.Throws<TrainingDivergedException>(() => trainer.Run()).Message, StringComparison.Ordinal);
            Assert.Equal(lasts ? (1, 1) : (0, 0), (recorder.Evaluations, recorder.Epochs));
        }
    }

    [Fact]
    public void The_best_loss_of_an_epoch_is_kept()
    {
        using var network = Network.Create(TestData.Spec, new RandomSource(5));
        var recorder = new Recorder();
        using var trainer = Trainer(network, TestData.Options, new() { Seed = 5 }, recorder);
        trainer.Run();
        Assert.Equal(recorder.Losses.Min(), trainer.State.BestEpochLoss);
    }

    [Fact]
    public void The_scale_multiplies_the_learning_rate_of_all_that_follows()
    {
        using var network = Network.Create(TestData.Spec, new RandomSource(5));
        using var expected = network.Clone();
        using (var trainer = Trainer(network, TestData.Options, new TrainingState { Seed = 5 }.ForRetry(), new()))
        {
            trainer.Run();
            Assert.Equal(0.5, trainer.State.RateScale);
            Assert.Equal(0.005, trainer.State.LastLearningRate);
        }
        var half = TestData.Options with { Optimizer = TestData.Options.Optimizer with { LearningRate = TestData.Options.Optimizer.LearningRate / 2 } };
        using (var trainer = Trainer(expected, half, new() { Seed = 5 }, new())) trainer.Run();
        TestData.AssertSameParameters(expected, network);
    }

    [Fact]
    public void States_written_before_there_were_retries_are_read_as_those_of_runs_that_never_diverged()
    {
        var options = new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
        var state = JsonSerializer.Deserialize<TrainingState>("""{"seed":5,"epoch":2,"last_learning_rate":0.1}""", options)!;
        Assert.Equal((1.0, null), (state.RateScale, state.BestEpochLoss));
        var later = state.ForRetry() with { BestEpochLoss = 0.3 };
        Assert.Equal(later, JsonSerializer.Deserialize<TrainingState>(JsonSerializer.Serialize(later, options), options));
    }

    private SequentialTrainer Trainer(Network network, TrainingOptions options, TrainingState state, Recorder recorder) =>
        new(network, _train, _test, options, _compute, state, recorder);

    private sealed class Recorder : TrainingObserver
    {
        public int Batches { get; private set; }

        public int Evaluations { get; private set; }

        public int Epochs => Losses.Count;

        public List<double> Losses { get; } = [];

        public int StopAfterBatches { get; init; } = int.MaxValue;

        public CancellationTokenSource Cancellation { get; } = new();

        public override void OnBatch(TrainingState state, int batchCount)
        {
            if (++Batches == StopAfterBatches) Cancellation.Cancel();
        }

        public override void OnEvaluated(Network network, int epoch, Evaluation evaluation, bool isBest) => Evaluations++;

        public override void OnEpoch(EpochMetrics metrics, TrainingState state) => Losses.Add(metrics.Loss);
    }
}
