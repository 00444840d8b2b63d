using ActorSparse.Model.Compute;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Training;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Training;

public class TopologyHistoryTests
{
    private static readonly TrainingOptions s_options = new()
    {
        Rule = new SetRule(0.4),
        ImportancePruning = new ImportancePruningOptions { StartEpoch = 2, Interval = 2, Percentile = 10 },
    };

    [Fact]
    public void Old_gradients_keep_exactly_the_entries_of_connections_that_lived_through_all_evolutions() =>
        // Dense layers, where regrowth at a removed position is common.
        (from sizes in Gen.Int[2, 9].Array[4]
         from epochs in Gen.Int[1, 4]
         from seed in Property.Seed
         select (sizes, epochs, seed)).ForAll(60, (sizes, epochs, seed) =>
        {
            var spec = new NetworkSpec { LayerSizes = sizes, Epsilon = 3 };
            var random = new RandomSource(seed);
            using var network = Network.Create(spec, random);
            using var history = new TopologyHistory(4);
            using var gradients = Numbered(network);

            // Which connection of the first topology each present one is, followed by the changes' sources alone.
            var origins = network.Parameters.Sparse
                .Select(layer => Enumerable.Range(0, layer.Topology.ConnectionCount).ToArray()).ToArray();
            for (var epoch = 0; epoch < epochs; epoch++)
            {
                var evolution = EpochEvolution.Run(network, s_options, random, epoch);
                foreach (var step in evolution.Steps)
                    for (var layer = 0; layer < step.Count; layer++)
                        if (step[layer] is { } change) origins[layer] = Follow(change, origins[layer]);
                history.Add(evolution);
            }

            Assert.True(history.TryRetainValid(gradients, network.Parameters, out _));
            for (var layer = 0; layer < 3; layer++)
            {
                Assert.Equal(network.Parameters.Sparse[layer].Topology.Id, gradients.TopologyIds[layer]);
                Assert.Equal(origins[layer].Select(origin => origin < 0 ? 0f : origin + 1f), gradients.Sparse[layer].Span.ToArray());
            }
            using var compute = new NetworkCompute();
            compute.Update(network.Parameters, gradients, new SgdStep(0.1f, 0.9f, 0, false, 1));
        });

    [Fact]
    public void Gradients_older_than_the_history_are_told_apart()
    {
        var random = new RandomSource(4);
        using var network = Network.Create(TestData.Spec, random);
        using var history = new TopologyHistory(2);
        using var old = Numbered(network);
        history.Add(EpochEvolution.Run(network, s_options, random, 0));
        using var recent = Numbered(network);
        history.Add(EpochEvolution.Run(network, s_options, random, 1));
        history.Add(EpochEvolution.Run(network, s_options, random, 2));
        using var current = Numbered(network);
        Assert.False(history.TryRetainValid(old, network.Parameters, out _));
        Assert.True(history.TryRetainValid(recent, network.Parameters, out var dropped));
        Assert.True(dropped > 0);
        Assert.True(history.TryRetainValid(current, network.Parameters, out dropped));
        Assert.Equal(0, dropped);
    }

    [Fact]
    public void An_evolution_computed_on_a_snapshot_applies_to_values_that_moved_on()
    {
        var random = new RandomSource(4);
        using var network = Network.Create(TestData.Spec, random);
        using var snapshot = network.Clone();
        using var evolution = EpochEvolution.Run(snapshot, s_options, random, 1);
        foreach (var layer in network.Parameters.Sparse)
            for (var position = 0; position < layer.Values.Length; position++) layer.Values[position] += 1;
        using var moved = network.Clone();
        evolution.Apply(network);
        Assert.Equal(snapshot.LivingNeuronCounts(), network.LivingNeuronCounts());
        Assert.Contains(network.LivingNeuronCounts(), count => count < 20);
        for (var layer = 0; layer < 3; layer++)
        {
            var (before, after) = (moved.Parameters.Sparse[layer], network.Parameters.Sparse[layer]);
            Assert.Equal(snapshot.Parameters.Sparse[layer].Topology.Id, after.Topology.Id);
            for (var row = 0; row < after.Topology.OutputCount; row++)
                foreach (var column in after.Topology.Row(row))
                {
                    var position = after.Topology.Find(row, column);
                    var old = before.Topology.Find(row, column);
                    var expected = old >= 0 ? before.Values[old] : snapshot.Parameters.Sparse[layer].Values[position];
                    Assert.Equal(expected, after.Values[position]);
                }
        }
    }

    [Fact]
    public void One_worker_made_of_the_parts_is_the_sequential_trainer_bit_for_bit()
    {
        using var data = TestData.Clusters(150, seed: 1);
        using var compute = new NetworkCompute();
        using var expected = Network.Create(TestData.Spec, new RandomSource(7));
        TestData.Train(expected, data, compute, seed: 7);

        var random = new RandomSource(7);
        using var coordinator = Network.Create(TestData.Spec, random);
        using var worker = coordinator.Clone();
        var shard = new DataShard(data.SampleCount, TestData.Options.BatchSize, random);
        using var batchGradient = new BatchGradient(TestData.Spec, data, shard, TestData.Options, compute, random);
        using var gradients = new GradientSet(worker.Parameters);
        using var mean = new GradientSet(coordinator.Parameters);
        var updater = new ModelUpdater(
            coordinator.Parameters, compute, TestData.Options.Optimizer, shard.BatchCount, TestData.Options.Epochs);
        for (var epoch = 0; epoch < TestData.Options.Epochs; epoch++)
        {
            for (var batch = 0; batch < shard.BatchCount; batch++)
            {
                batchGradient.Compute(worker, epoch, batch, gradients);
                mean.FitTo(coordinator.Parameters);
                Averaging.Average([gradients], mean);
                updater.Apply(mean);
                worker.CopyFrom(coordinator);
            }
            if (epoch + 1 == TestData.Options.Epochs) break;
            using var evolution = EpochEvolution.Run(coordinator, TestData.Options, random, epoch);
            evolution.Apply(worker);
        }
        TestData.AssertSameParameters(expected, coordinator);
    }

    private static unsafe int[] Follow(Model.Sparse.TopologyChange change, int[] origins) =>
        [.. Enumerable.Range(0, change.To.ConnectionCount)
            .Select(position => change.Sources[position] is var source && source < 0 ? -1 : origins[source])];

    // The value of each entry tells its position, counted from 1.
    private static GradientSet Numbered(Network network)
    {
        var gradients = new GradientSet(network.Parameters);
        foreach (var values in gradients.Sparse)
            for (var position = 0; position < values.Length; position++) values[position] = position + 1;
        return gradients;
    }
}
