using System.Collections;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
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
            var targets = models[0].Parameters.Sparse
                .Select((layer, index) => percentKept[index] * layer.Topology.ConnectionCount / 100).ToArray();
            using var average = Averaging.Average(models, targets);
            for (var layer = 0; layer < targets.Length; layer++)
            {
                var mean = models.Select(model => Dense(model.Parameters.Sparse[layer], velocities: false))
                    .Aggregate((a, b) => a + b) / models.Length;
                var union = models.SelectMany(model => TestTopologies.Positions(model.Parameters.Sparse[layer].Topology))
                    .Distinct().ToList();
                AssertSparsified(union, mean, average.Parameters.Sparse[layer], targets[layer]);
                var meanVelocity = models.Select(model => Dense(model.Parameters.Sparse[layer], velocities: true))
                    .Aggregate((a, b) => a + b) / models.Length;
                foreach (var (row, column, velocity) in Entries(average.Parameters.Sparse[layer], velocities: true))
                    Assert.Equal(meanVelocity[row, column], velocity, 1e-6);
                for (var neuron = 0; neuron < average.Parameters.Dense[layer].Values.Length; neuron++)
                    Assert.Equal(models.Average(model => (double)model.Parameters.Dense[layer].Values[neuron]),
                        average.Parameters.Dense[layer].Values[neuron], 1e-6);
            }
            foreach (var model in models) model.Dispose();
        });

    // Numbers of all sizes, so that another order, or sums of less precision, would not give the same bits.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Means_are_those_of_sums_in_double_precision_in_the_order_of_the_parts_bit_for_bit(int count)
    {
        var random = new RandomSource(4).Stream("parts");
        foreach (var length in Enumerable.Range(0, 70).Append(1001))
        {
            NativeBuffer<float>[] parts = [.. Enumerable.Range(0, count).Select(_ => new NativeBuffer<float>(length))];
            foreach (var part in parts)
                foreach (ref var value in part.Span) value = (float)(random.NextGaussian() * Math.Pow(2, random.NextInt32(200) - 100));
            using var mean = new NativeBuffer<float>(length);
            Averaging.Mean(parts, mean);
            for (var position = 0; position < length; position++)
                Assert.Equal(Bits(Oracle(parts.Select(part => part[position]), count)), Bits(mean[position]));
            foreach (var part in parts) part.Dispose();
        }
    }

    [Fact]
    public void One_part_is_its_own_mean_bit_for_bit()
    {
        using NativeBuffer<float> part = new(7), mean = new(7);
        ((float[])[-0f, 0, float.Epsilon, float.NaN, float.NegativeInfinity, float.MaxValue, 1]).CopyTo(part.Span);
        Averaging.Mean([part], mean);
        for (var position = 0; position < 7; position++) Assert.Equal(Bits(part[position]), Bits(mean[position]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Averaging.Mean([part, new NativeBuffer<float>(6)], mean));
    }

    // Whole unions, and unions cut down; parts of one topology, of different ones, and of both kinds in one network.
    [Fact]
    public void Connections_of_a_union_have_the_mean_of_all_parts_bit_for_bit() =>
        (from count in Gen.OneOf(1, 2, 3, 8)
         from shared in Gen.Int[0, 3]
         from percentKept in Gen.OneOf(30, 1000)
         from seed in Property.Seed
         select (count, shared, percentKept, seed)).ForAll(60, (count, shared, percentKept, seed) =>
        {
            var models = RandomModels(count, seed);
            var random = new RandomSource(seed).Stream("values");
            for (var model = 1; model < count && shared > 0; model += shared) models[model].CopyFrom(models[0]);
            foreach (var layer in models.SelectMany(model => model.Parameters.Sparse))
                foreach (var buffer in (NativeBuffer<float>[])[layer.Values, layer.Velocities, layer.SecondMoments!])
                    foreach (ref var value in buffer.Span) value = (float)(random.NextGaussian() * Math.Pow(2, random.NextInt32(100) - 50));
            using var average = Averaging.Average(
                models, [.. models[0].Parameters.Sparse.Select(layer => layer.Topology.ConnectionCount * percentKept / 100)]);
            for (var index = 0; index < average.Parameters.Sparse.Count; index++)
            {
                SparseBlock[] parts = [.. models.Select(model => model.Parameters.Sparse[index])];
                var layer = average.Parameters.Sparse[index];
                var isShared = parts.All(part => part.Topology.Id == parts[0].Topology.Id);
                Assert.Equal(isShared && percentKept > 100, layer.Topology.Id == parts[0].Topology.Id);
                for (var row = 0; row < layer.Topology.OutputCount; row++)
                    foreach (var column in layer.Topology.Row(row))
                    {
                        var position = layer.Topology.Find(row, column);
                        AssertMean(part => part.Values, layer.Values[position]);
                        AssertMean(part => part.Velocities, layer.Velocities[position]);
                        AssertMean(part => part.SecondMoments!, layer.SecondMoments![position]);

                        void AssertMean(Func<SparseBlock, NativeBuffer<float>> values, float mean)
                        {
                            var all = parts.Select(part => part.Topology.Find(row, column) is var at and >= 0 ? values(part)[at] : 0);
                            Assert.Equal(Oracle(all, count), mean);
                        }
                    }
            }
            foreach (var model in models) model.Dispose();
        });

    [Fact]
    public void Parts_that_share_an_identity_but_no_shape_do_not_share_arrays()
    {
        using var one = Claimed(TestTopologies.FromRows(4, [0, 1], [3]));
        using var other = Claimed(TestTopologies.FromRows(4, [0, 1, 2], [3]));
        using var union = new BlockUnion([one, other]);
        Assert.Equal(4, union.Values.Length);
        using var removed = new NativeBuffer<byte>(4);
        using var layer = union.Keep(removed, 4);
        Assert.Equal([0L, 1, 2, 7], TestTopologies.Positions(layer.Topology));

        static unsafe SparseBlock Claimed(Topology topology)
        {
            var (starts, columns) = (new NativeBuffer<int>(topology.OutputCount + 1), new NativeBuffer<int>(topology.ConnectionCount));
            new ReadOnlySpan<int>(topology.RowStarts, topology.OutputCount + 1).CopyTo(starts.Span);
            new ReadOnlySpan<int>(topology.Columns, topology.ConnectionCount).CopyTo(columns.Span);
            using (topology)
            using (var claimed = Topology.Restore(topology.InputCount, topology.OutputCount, starts, columns, 77))
                return new(claimed);
        }
    }

    [Fact]
    public void One_model_is_its_own_average()
    {
        using var model = RandomModels(1, 8)[0];
        using var average = Averaging.Average([model], [.. model.Parameters.Sparse.Select(layer => layer.Topology.ConnectionCount)]);
        for (var layer = 0; layer < 2; layer++)
        {
            var (expected, actual) = (model.Parameters.Sparse[layer], average.Parameters.Sparse[layer]);
            Assert.Equal(TestTopologies.Positions(expected.Topology), TestTopologies.Positions(actual.Topology));
            Assert.True(expected.Values.Span.SequenceEqual(actual.Values.Span));
            Assert.True(expected.Velocities.Span.SequenceEqual(actual.Velocities.Span));
            var (biases, actualBiases) = (model.Parameters.Dense[layer], average.Parameters.Dense[layer]);
            Assert.True(biases.SecondMoments!.Span.SequenceEqual(actualBiases.SecondMoments!.Span));
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
    public void Gradients_average_element_by_element()
    {
        using var network = Network.Create(s_spec, new RandomSource(1));
        var random = new RandomSource(2).Stream("gradients");
        var parts = Enumerable.Range(0, 4).Select(_ => new GradientSet(network.Parameters)).ToArray();
        foreach (var part in parts)
            foreach (var buffer in part.Sparse.Concat(part.Dense))
                for (var position = 0; position < buffer.Length; position++)
                    buffer[position] = (float)(random.NextGaussian() * Math.Pow(10, random.NextInt32(8)));
        using var mean = new GradientSet(network.Parameters);
        Averaging.Average(parts, mean);
        for (var layer = 0; layer < 2; layer++)
        {
            for (var position = 0; position < mean.Sparse[layer].Length; position++)
                Assert.Equal(Oracle(parts.Select(part => part.Sparse[layer][position]), 4), mean.Sparse[layer][position]);
            for (var neuron = 0; neuron < mean.Dense[layer].Length; neuron++)
                Assert.Equal(Oracle(parts.Select(part => part.Dense[layer][neuron]), 4), mean.Dense[layer][neuron]);
        }
        foreach (var part in parts) part.Dispose();
    }

    private static void AssertSparsified(List<long> union, Matrix<double> mean, SparseBlock layer, int target)
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
        foreach (var parameters in models.Select(model => model.Parameters))
        {
            parameters.EnsureSecondMoments();
            foreach (var (weights, biases) in parameters.Sparse.Zip(parameters.Dense))
            {
                for (var position = 0; position < weights.Velocities.Length; position++)
                {
                    weights.Velocities[position] = (float)random.NextGaussian();
                    // Averaged as velocities are, which the tests look at.
                    weights.SecondMoments![position] = weights.Velocities[position];
                }
                for (var neuron = 0; neuron < biases.Values.Length; neuron++)
                    biases.Values[neuron] = biases.Velocities[neuron] = biases.SecondMoments![neuron] = (float)random.NextGaussian();
            }
        }
        return models;
    }

    private static Matrix<double> Dense(SparseBlock layer, bool velocities)
    {
        var dense = Matrix<double>.Build.Dense(layer.Topology.OutputCount, layer.Topology.InputCount);
        foreach (var (row, column, value) in Entries(layer, velocities)) dense[row, column] = value;
        return dense;
    }

    private static IEnumerable<(int Row, int Column, double Value)> Entries(SparseBlock layer, bool velocities)
    {
        var positions = TestTopologies.Positions(layer.Topology);
        for (var position = 0; position < positions.Count; position++)
        {
            var (row, column) = Math.DivRem(positions[position], layer.Topology.InputCount);
            if (velocities) Assert.Equal(layer.Velocities[position], layer.SecondMoments![position]);
            yield return ((int)row, (int)column, velocities ? layer.Velocities[position] : layer.Values[position]);
        }
    }

    private static float Oracle(IEnumerable<float> parts, int count)
    {
        double sum = 0;
        foreach (var part in parts) sum += part;
        return (float)(sum / count);
    }

    private static int Bits(float value) => BitConverter.SingleToInt32Bits(value);

    private static LivingNeurons Living(params bool[] alive) => new(new BitArray(alive));
}
