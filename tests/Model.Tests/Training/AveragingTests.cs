using System.Collections;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Tests.Sparse;
using ActorSparse.Model.Training;
using ActorSparse.Tests.Support;
using CsCheck;
using MathNet.Numerics.LinearAlgebra;

namespace ActorSparse.Model.Tests.Training;

public class AveragingTests
{
    private static readonly NetworkSpec s_spec = new() { LayerSizes = [9, 11, 4], Epsilon = 1.5, Initializer = Initializer.Normal };

    [Fact]
    public void The_average_is_the_dense_mean_with_the_smallest_of_either_sign_removed() =>
        (from count in Gen.Int[1, 5]
         from percentKept in Gen.Int[0, 200].Array[2]
         from seed in Property.Seed
         select (count, percentKept, seed)).ForAll(100, (count, percentKept, seed) =>
        {
            var models = RandomModels(count, seed);
            var targets = models[0].Layers.Select((layer, index) => percentKept[index] * layer.Topology.ConnectionCount / 100).ToArray();
            using var average = Averaging.Average(models, targets);
            for (var layer = 0; layer < targets.Length; layer++)
            {
                var mean = models.Select(model => Dense(model.Layers[layer], velocities: false)).Aggregate((a, b) => a + b) / models.Length;
                var union = models.SelectMany(model => TestTopologies.Positions(model.Layers[layer].Topology)).Distinct().ToList();
                AssertSparsified(union, mean, average.Layers[layer], targets[layer]);
                var meanVelocity = models.Select(model => Dense(model.Layers[layer], velocities: true))
                    .Aggregate((a, b) => a + b) / models.Length;
                foreach (var (row, column, velocity) in Entries(average.Layers[layer], velocities: true))
                    Assert.Equal(meanVelocity[row, column], velocity, 1e-6);
                for (var neuron = 0; neuron < average.Layers[layer].Biases.Length; neuron++)
                    Assert.Equal(models.Average(model => (double)model.Layers[layer].Biases[neuron]),
                        average.Layers[layer].Biases[neuron], 1e-6);
            }
            foreach (var model in models) model.Dispose();
        });

    [Fact]
    public void The_order_of_arrival_changes_not_a_bit()
    {
        var models = RandomModels(5, 3);
        var targets = models[0].Layers.Select(layer => layer.Topology.ConnectionCount).ToArray();
        using var expected = Averaging.Average(models, targets);
        for (var turn = 1; turn < 5; turn++)
        {
            using var average = Averaging.Average([.. models[turn..], .. models[..turn].Reverse()], targets);
            TestData.AssertSameParameters(expected, average);
        }
        foreach (var model in models) model.Dispose();
    }

    [Fact]
    public void One_model_is_its_own_average()
    {
        using var model = RandomModels(1, 8)[0];
        using var average = Averaging.Average([model], [.. model.Layers.Select(layer => layer.Topology.ConnectionCount)]);
        for (var layer = 0; layer < 2; layer++)
        {
            Assert.Equal(TestTopologies.Positions(model.Layers[layer].Topology), TestTopologies.Positions(average.Layers[layer].Topology));
            Assert.True(model.Layers[layer].Values.Span.SequenceEqual(average.Layers[layer].Values.Span));
            Assert.True(model.Layers[layer].Velocities.Span.SequenceEqual(average.Layers[layer].Velocities.Span));
            Assert.True(model.Layers[layer].BiasSecondMoments!.Span.SequenceEqual(average.Layers[layer].BiasSecondMoments!.Span));
        }
    }

    [Fact]
    public void A_neuron_lives_on_if_it_lives_in_any_model()
    {
        var models = RandomModels(2, 8);
        models[0].LivingNeurons[0] = Living(true, true, false, false);
        models[1].LivingNeurons[0] = Living(true, false, true, false);
        using (var average = Averaging.Average(models, [1, 1]))
            Assert.Equal([0, 1, 2], Enumerable.Range(0, 4).Where(average.LivingNeurons[0]!.IsAlive));
        models[1].LivingNeurons[0] = null;
        using (var average = Averaging.Average(models, [1, 1])) Assert.Null(average.LivingNeurons[0]);
        foreach (var model in models) model.Dispose();
    }

    [Fact]
    public void Gradients_average_element_by_element_in_any_order()
    {
        using var network = Network.Create(s_spec, new RandomSource(1));
        var random = new RandomSource(2).Stream("gradients");
        var parts = Enumerable.Range(0, 4).Select(_ => new Gradients(network)).ToArray();
        foreach (var part in parts)
            foreach (var buffer in part.Values.Concat(part.Biases))
                for (var position = 0; position < buffer.Length; position++)
                    buffer[position] = (float)(random.NextGaussian() * Math.Pow(10, random.NextInt32(8)));
        using var mean = new Gradients(network);
        using var reversed = new Gradients(network);
        Averaging.Average(parts, mean);
        Averaging.Average([.. parts.Reverse()], reversed);
        for (var layer = 0; layer < 2; layer++)
        {
            for (var position = 0; position < mean.Values[layer].Length; position++)
            {
                var expected = parts.Average(part => (double)part.Values[layer][position]);
                Assert.Equal(expected, mean.Values[layer][position], Math.Abs(expected) * 1e-6);
            }
            Assert.True(mean.Values[layer].Span.SequenceEqual(reversed.Values[layer].Span));
            Assert.True(mean.Biases[layer].Span.SequenceEqual(reversed.Biases[layer].Span));
        }
        foreach (var part in parts) part.Dispose();
    }

    private static void AssertSparsified(List<long> union, Matrix<double> mean, SparseLayer layer, int target)
    {
        var inputs = mean.ColumnCount;
        double Mean(long position) => mean[(int)(position / inputs), (int)(position % inputs)];
        var excess = Math.Max(0, union.Count - target);
        Assert.Equal(union.Count - excess, layer.Topology.ConnectionCount);
        var kept = TestTopologies.Positions(layer.Topology).ToHashSet();
        Assert.Subset(union.ToHashSet(), kept);
        foreach (var (row, column, value) in Entries(layer, velocities: false)) Assert.Equal(mean[row, column], value, 1e-6);
        foreach (var sign in new[] { 1, -1 })
        {
            var side = union.Where(position => Math.Sign(Mean(position)) == sign).OrderBy(position => Math.Abs(Mean(position))).ToList();
            var removedCount = side.Count(position => !kept.Contains(position));
            Assert.All(side.Take(removedCount), position => Assert.DoesNotContain(position, kept));
            Assert.InRange(removedCount, (double)excess * side.Count / union.Count - 1, (double)excess * side.Count / union.Count + 1);
        }
    }

    private static Network[] RandomModels(int count, ulong seed)
    {
        var random = new RandomSource(seed).Stream("models");
        var models = Enumerable.Range(0, count)
            .Select(model => Network.Create(s_spec, new RandomSource(seed * 100 + (ulong)model))).ToArray();
        foreach (var layer in models.SelectMany(model => model.Layers))
        {
            layer.EnsureSecondMoments();
            for (var position = 0; position < layer.Velocities.Length; position++)
            {
                layer.Velocities[position] = (float)random.NextGaussian();
                // Averaged as velocities are, which the tests look at.
                layer.SecondMoments![position] = layer.Velocities[position];
            }
            for (var neuron = 0; neuron < layer.Biases.Length; neuron++)
                layer.Biases[neuron] = layer.BiasVelocities[neuron] = layer.BiasSecondMoments![neuron] = (float)random.NextGaussian();
        }
        return models;
    }

    private static Matrix<double> Dense(SparseLayer layer, bool velocities)
    {
        var dense = Matrix<double>.Build.Dense(layer.Topology.OutputCount, layer.Topology.InputCount);
        foreach (var (row, column, value) in Entries(layer, velocities)) dense[row, column] = value;
        return dense;
    }

    private static IEnumerable<(int Row, int Column, double Value)> Entries(SparseLayer layer, bool velocities)
    {
        var positions = TestTopologies.Positions(layer.Topology);
        for (var position = 0; position < positions.Count; position++)
        {
            var (row, column) = Math.DivRem(positions[position], layer.Topology.InputCount);
            if (velocities) Assert.Equal(layer.Velocities[position], layer.SecondMoments![position]);
            yield return ((int)row, (int)column, velocities ? layer.Velocities[position] : layer.Values[position]);
        }
    }

    private static LivingNeurons Living(params bool[] alive) => new(new BitArray(alive));
}
