using ActorSparse.Model.Baselines;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Tests.Training;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Tests.Baselines;

public sealed class LotteryTests : IDisposable
{
    private readonly NetworkCompute _compute = new();

    public void Dispose() => _compute.Dispose();

    [Theory]
    [InlineData(0.98, "0 0.5 0.75 0.9 0.95 0.98")]
    [InlineData(0.9, "0 0.5 0.75 0.9")]
    [InlineData(0.93, "0 0.5 0.75 0.9 0.93")]
    [InlineData(0.995, "0 0.5 0.75 0.9 0.95 0.98 0.995")]
    [InlineData(0, "0")]
    public void Levels_lead_to_the_sparsity(double sparsity, string levels)
    {
        var rule = new LotteryRule(sparsity);
        Assert.Equal(levels, string.Join(' ', rule.Levels.Select(level => level.ToString(System.Globalization.CultureInfo.InvariantCulture))));
        Assert.Equal(rule.Levels.Count, ((IDenseRule)rule).Rounds);
    }

    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.AdamW)]
    public void Between_levels_the_smallest_weights_go_and_the_rest_is_as_at_the_beginning(OptimizerKind optimizer)
    {
        foreach (var spec in (NetworkSpec[])[BaselineRun.Chain, BaselineRun.Residual])
        {
            var options = BaselineRun.Options("lottery", optimizer);
            // The dense network, trained for the epoch of its level.
            using var dense = FullNetwork.Create(spec, new RandomSource(BaselineRun.Seed));
            var alone = options with { Epochs = 1, Rule = new Model.Evolution.StaticRule() };
            using (var trainer = new SequentialTrainer(dense, BaselineRun.Data, null, alone, _compute, new() { Seed = BaselineRun.Seed })) trainer.Run();

            var state = new TrainingState { Seed = BaselineRun.Seed, Epoch = 1, UpdateCount = 8 };
            using var network = dense.Clone();
            using var run = ((IDenseRule)options.Rule).Begin(BaselineRun.Context(_compute, network, options, state: state));
            run.BeginRound(1);
            using var initial = FullNetwork.Create(spec, new RandomSource(BaselineRun.Seed));
            Assert.Equal((long)(0.5 * network.Parameters.Layout.PossibleConnections), network.ConnectionCount);
            AssertRewound(initial, network);
            var largest = Kept(dense.Parameters, dense.Parameters).OrderDescending().Take((int)network.ConnectionCount);
            Assert.Equal(largest.Order(), Kept(network.Parameters, dense.Parameters).Order());

            // Once more, as when training was stopped there.
            using var once = network.Clone();
            run.BeginRound(1);
            TestSame(once, network);
        }
    }

    [Fact]
    public void Every_level_has_the_whole_schedule_and_the_best_is_of_the_last()
    {
        var epochs = new List<EpochMetrics>();
        var options = BaselineRun.Options("lottery") with { Epochs = 8 };
        using var network = BaselineRun.New(BaselineRun.Chain);
        using var trainer = new SequentialTrainer(
            network, BaselineRun.Data, BaselineRun.Data, options, _compute, new() { Seed = BaselineRun.Seed }, new Rows(epochs));
        trainer.Run();
        Assert.Equal((8, 2, 64L), (epochs.Count, options.RoundEpochs, trainer.State.UpdateCount));
        for (var level = 1; level < 4; level++)
            Assert.Equal(epochs[..2].Select(row => row.LearningRate), epochs.Slice(2 * level, 2).Select(row => row.LearningRate));
        Assert.Equal([900, 450, 225, 90], epochs.Where((_, index) => index % 2 == 0).Select(row => row.Connections.Sum()));
        Assert.All(epochs[..6], row => Assert.Null(row.BestTestScore));
        Assert.Equal(epochs[6..].Max(row => row.TestScore), epochs[^1].BestTestScore);
    }

    [Fact]
    public void A_run_goes_on_with_the_epochs_that_it_began_with()
    {
        using var network = BaselineRun.Train(_compute, BaselineRun.Chain, BaselineRun.Options("lottery"));
        var options = BaselineRun.Options("lottery") with { Epochs = 8 };
        var state = new TrainingState { Seed = BaselineRun.Seed, Epoch = 3, Batch = 2 };
        var refused = Assert.Throws<InvalidInputException>(
            () => new SequentialTrainer(network, BaselineRun.Data, null, options, _compute, state)).Message;
        Assert.Contains("has 90 connections; expected 450 in epoch 4 of 4 x 2", refused, StringComparison.Ordinal);
        Assert.Contains("multiple of the 4 rounds",
            Assert.Throws<InvalidInputException>((options with { Epochs = 6 }).Validate).Message, StringComparison.Ordinal);
    }

    private static void AssertRewound(Network initial, Network network)
    {
        foreach (var (expected, actual) in initial.Parameters.Sparse.Zip(network.Parameters.Sparse))
        {
            var values = BaselineRun.Places(actual.Topology).Order().Select(place => expected.Values[place]);
            Assert.Equal(values, actual.Values.Span.ToArray());
        }
        foreach (var (expected, actual) in initial.Parameters.Dense.Zip(network.Parameters.Dense))
            Assert.Equal(expected.Values.Span.ToArray(), actual.Values.Span.ToArray());
        foreach (var block in network.Parameters.Blocks)
        {
            Assert.Null(block.SecondMoments);
            Assert.All(block.Velocities.Span.ToArray(), velocity => Assert.Equal(0, velocity));
        }
    }

    // The magnitudes that the connections of one network have in a dense one.
    private static IEnumerable<float> Kept(ParameterSet parameters, ParameterSet dense) =>
        parameters.Sparse.Zip(dense.Sparse).SelectMany(pair =>
            BaselineRun.Places(pair.First.Topology).Select(place => Math.Abs(pair.Second.Values[place])));

    private static void TestSame(Network expected, Network actual)
    {
        foreach (var (left, right) in expected.Parameters.Blocks.Zip(actual.Parameters.Blocks))
            Assert.Equal(left.Values.Span.ToArray(), right.Values.Span.ToArray());
        Assert.Equal(expected.Parameters.Sparse.Select(block => block.Topology.Id), actual.Parameters.Sparse.Select(block => block.Topology.Id));
    }

    private sealed class Rows(List<EpochMetrics> rows) : TrainingObserver
    {
        public override void OnEpoch(EpochMetrics metrics, TrainingState state) => rows.Add(metrics);
    }
}
