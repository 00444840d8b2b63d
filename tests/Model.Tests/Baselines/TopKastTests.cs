using ActorSparse.Model.Baselines;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Tests.Baselines;

public sealed class TopKastTests : IDisposable
{
    private readonly NetworkCompute _compute = new();

    public void Dispose() => _compute.Dispose();

    [Theory]
    [InlineData(0.9, 1, 1000, 100, 200)]
    [InlineData(0.98, 0.5, 1000, 20, 30)]
    [InlineData(0.4, 1, 10, 6, 10)]
    [InlineData(0.99, 1, 5, 1, 2)]
    public void Sets_have_their_share_of_a_block(double sparsity, double subset, long possible, long forward, long both) =>
        Assert.Equal((forward, both), new TopKastRule(sparsity, new() { GrowSubset = subset }).Counts(possible));

    [Fact]
    public void Sets_are_chosen_anew_after_every_update_at_first_and_then_at_times()
    {
        var rule = new TopKastRule(0.9, new() { Interval = 25 });
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 24, 49, 74, 99], Enumerable.Range(0, 100).Where(update => rule.IsRefreshDue(update, 100)));
    }

    [Fact]
    public void At_the_start_the_largest_weights_of_every_block_are_the_network()
    {
        using var training = new Started(this, BaselineRun.Chain);
        using var full = FullNetwork.Create(BaselineRun.Chain, new RandomSource(BaselineRun.Seed));
        Assert.Equal(training.Weights(), full.Parameters.Sparse.Select(block => block.Values.Span.ToArray()));
        training.AssertChosen();
        Assert.Equal(full.Parameters.Dense.Select(block => block.Values.Span.ToArray()), training.Network.Parameters.Dense.Select(block => block.Values.Span.ToArray()));
    }

    // No weight has a copy that could be out of date, or gets lost: what moves between sets moves with its value and momentum.
    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.AdamW)]
    public void Sets_are_always_a_partition_and_chosen_by_present_weights(OptimizerKind optimizer)
    {
        foreach (var spec in (NetworkSpec[])[BaselineRun.Chain, BaselineRun.Residual])
        {
            using var training = new Started(this, spec, optimizer);
            var moved = 0L;
            for (var update = 0; update < 6; update++)
            {
                var dormant = training.Dormant();
                training.Backward();
                training.UpdateNetwork();
                var (pruned, grown) = training.Follow(update).Summary;
                Assert.Equal(pruned, grown);
                moved += grown;
                training.AssertChosen();
                // What waited has not moved, wherever it is now.
                var weights = training.Weights();
                Assert.All(dormant, item => Assert.Equal(item.Value, weights[item.Block][item.Place]));
            }
            Assert.True(moved > 0);
        }
    }

    [Fact]
    public void Explored_weights_get_the_gradients_that_they_would_have_at_zero_in_the_network()
    {
        using var training = new Started(this, BaselineRun.Chain);
        training.Backward();
        var before = training.Run.Kept[0].Clone();
        var evidence = training.Evidence(99);
        var step = training.Options.Optimizer.LearningRate;
        // Update 30 of 32 is none after which sets are chosen anew; the rate is that of the first update.
        training.Run.AfterUpdate(30, evidence);
        for (var block = 0; block < before.Parameters.Sparse.Count; block++)
        {
            using var gradients = new NativeBuffer<float>(before.Parameters.Sparse[block].Values.Length);
            evidence.Differentiate(block, before.Parameters.Sparse[block].Topology, gradients);
            for (long index = 0; index < gradients.Length; index++)
            {
                var change = training.Run.Kept[0].Parameters.Sparse[block].Values[index] - before.Parameters.Sparse[block].Values[index];
                Assert.Equal(-step * gradients[index], change, 1e-6);
            }
            Assert.Contains(gradients.Span.ToArray(), gradient => gradient != 0);
        }
        before.Dispose();
    }

    [Fact]
    public void A_checkpoint_without_the_other_weights_is_refused()
    {
        using var network = BaselineRun.New(BaselineRun.Chain);
        var options = BaselineRun.Options("top-kast");
        var context = BaselineRun.Context(_compute, network, options, state: new() { Seed = 1, UpdateCount = 3, Batch = 3 });
        Assert.Contains("lacks the weights", Assert.Throws<InvalidInputException>(
            () => ((IDenseRule)options.Rule).Begin(context)).Message, StringComparison.Ordinal);
        Assert.Contains("sparsity 0", Assert.Throws<InvalidInputException>(
            () => TopologyRules.Create("top-kast", 0, new(), 0)).Message, StringComparison.Ordinal);
    }

    private sealed class Started : IDisposable
    {
        private readonly TopKastTests _tests;
        private readonly BatchGradient _batch;
        private readonly GradientSet _gradients;
        private readonly ModelUpdater _updater;
        private int _batchNumber;

        public Started(TopKastTests tests, NetworkSpec spec, OptimizerKind optimizer = OptimizerKind.Sgd)
        {
            _tests = tests;
            var options = BaselineRun.Options("top-kast", optimizer);
            Options = options with { Optimizer = options.Optimizer with { ClipNorm = 1e9, WeightDecay = 0, LearningRate = 0.1 } };
            Network = BaselineRun.New(spec);
            Run = ((IDenseRule)Options.Rule).Begin(BaselineRun.Context(tests._compute, Network, Options));
            Run.BeginRound(0);
            var random = new RandomSource(BaselineRun.Seed);
            _batch = new(spec, BaselineRun.Data, new(BaselineRun.Data.SampleCount, 16, random), Options, tests._compute, random);
            _gradients = new(Network.Parameters);
            _updater = new(Network.Parameters, tests._compute, Options.Optimizer, 8, 4);
        }

        public TrainingOptions Options { get; }

        public Network Network { get; }

        public DenseRun Run { get; }

        private Network[] Sets => [Network, .. Run.Kept];

        public void Backward() => _batch.Compute(Network, 0, _batchNumber++ % 8, _gradients);

        public void UpdateNetwork() => _updater.Apply(_gradients);

        public BatchEvidence Evidence(long update) => new(_tests._compute, _batch.Workspace, new RandomSource(1), update);

        // Every update is one after which sets are chosen anew.
        public (Model.Evolution.EvolutionSummary Summary, Model.Evolution.EvolutionCost Cost) Follow(int update) =>
            Run.AfterUpdate(3L * update + 2, Evidence(update));

        /// <summary>All weights, block after block and place after place; each place must be in one set, and one only.</summary>
        public List<float[]> Weights()
        {
            var all = new List<float[]>();
            for (var block = 0; block < Network.Parameters.Sparse.Count; block++)
            {
                var layout = Network.Parameters.Layout.Sparse[block];
                var weights = new float[layout.Rows * layout.Columns];
                var isThere = new bool[weights.Length];
                foreach (var set in Sets.Select(network => network.Parameters.Sparse[block]))
                {
                    var index = 0;
                    foreach (var place in BaselineRun.Places(set.Topology).Order())
                    {
                        Assert.False(isThere[place]);
                        isThere[place] = true;
                        weights[place] = set.Values[index++];
                    }
                }
                Assert.DoesNotContain(false, isThere);
                all.Add(weights);
            }
            return all;
        }

        public List<(int Block, long Place, float Value)> Dormant() => [.. Run.Kept[1].Parameters.Sparse.SelectMany((set, block) =>
            BaselineRun.Places(set.Topology).Order().Select((place, index) => (block, place, set.Values[index])))];

        public void AssertChosen()
        {
            var weights = Weights();
            for (var block = 0; block < weights.Count; block++)
            {
                var (forward, both) = ((TopKastRule)Options.Rule).Counts(weights[block].Length);
                var order = Enumerable.Range(0, weights[block].Length).OrderByDescending(place => Math.Abs(weights[block][place])).Select(place => (long)place).ToList();
                Assert.Equal(order[..(int)forward].Order(), BaselineRun.Places(Network.Parameters.Sparse[block].Topology).Order());
                Assert.Equal(order[(int)forward..(int)both].Order(), BaselineRun.Places(Run.Kept[0].Parameters.Sparse[block].Topology).Order());
                Assert.All(Run.Kept[1].Parameters.Sparse[block].Velocities.Span.ToArray(), velocity => Assert.Equal(0, velocity));
            }
        }

        public void Dispose()
        {
            Run.Dispose();
            Network.Dispose();
            _batch.Dispose();
            _gradients.Dispose();
        }
    }
}
