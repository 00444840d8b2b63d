using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Numerics;
using MathNet.Numerics.Statistics;

namespace ActorSparse.Model.Tests.Data;

public sealed class SparseDatasetTests
{
    [Theory]
    [InlineData(StandardizationMode.Full)]
    [InlineData(StandardizationMode.Scale)]
    [InlineData(StandardizationMode.Auto)]
    [InlineData(StandardizationMode.None)]
    public void A_batch_is_that_of_the_same_data_held_densely(StandardizationMode mode)
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            var random = new RandomSource(seed).Stream("sparse");
            int samples = 2 + random.NextInt32(40), features = 1 + random.NextInt32(60), batchSize = 1 + random.NextInt32(70);
            var (sparse, dense) = Twins(random, samples, features);
            using var first = sparse;
            using var second = dense;
            sparse.Standardize(Standardization.Measure(sparse, mode));
            dense.Standardize(Standardization.Measure(dense, mode == StandardizationMode.Auto ? StandardizationMode.Scale : mode));
            using ActivationMatrix actual = new(features, 70), expected = new(features, 70);
            var chosen = Enumerable.Range(0, batchSize).Select(_ => random.NextInt32(samples)).ToArray();
            actual.Row(0).Fill(float.NaN);
            sparse.FillBatch(chosen, actual);
            dense.FillBatch(chosen, expected);
            for (var feature = 0; feature < features; feature++)
                for (var index = 0; index < batchSize; index++)
                    Assert.True(Math.Abs(expected.Row(feature)[index] - actual.Row(feature)[index]) <= 1e-4f,
                        $"seed {seed}, feature {feature}, sample {index}");
        }
    }

    [Fact]
    public void Scaling_keeps_zeros_zero()
    {
        var (sparse, dense) = Twins(new RandomSource(5).Stream("sparse"), 30, 20);
        dense.Dispose();
        using var dataset = sparse;
        dataset.Standardize(Standardization.Measure(dataset));
        using var batch = new ActivationMatrix(20, 30);
        dataset.FillBatch(Enumerable.Range(0, 30).ToArray(), batch);
        Assert.Equal(dataset.EntryCount, Enumerable.Range(0, 20).Sum(feature => batch.Row(feature).ToArray().Count(value => value != 0)));
    }

    [Fact]
    public void Moments_are_those_of_MathNet_with_the_zeros()
    {
        var (sparse, dense) = Twins(new RandomSource(6).Stream("sparse"), 300, 9);
        using var first = sparse;
        using var second = dense;
        var standardization = Standardization.Measure(sparse, StandardizationMode.Full)!;
        var sample = new float[9];
        var columns = Enumerable.Range(0, 9).Select(_ => new double[300]).ToArray();
        for (var index = 0; index < 300; index++)
        {
            dense.CopySample(index, sample);
            for (var feature = 0; feature < 9; feature++) columns[feature][index] = sample[feature];
        }
        for (var feature = 0; feature < 9; feature++)
        {
            Assert.Equal(columns[feature].Mean(), standardization.Means[feature], 1e-6);
            Assert.Equal(columns[feature].PopulationStandardDeviation(), standardization.Deviations[feature], 1e-5);
        }
    }

    [Fact]
    public void A_feature_without_entries_and_a_constant_one_have_deviation_one()
    {
        using var dataset = Make([0, 1, 2], [1, 1], [0.1f, 0.1f], 3);
        Assert.Equal([1, 1, 1], Standardization.Measure(dataset, StandardizationMode.Full)!.Deviations);
    }

    [Fact]
    public void Select_keeps_the_chosen_samples_in_order()
    {
        using var dataset = Make([0, 1, 1, 3], [2, 0, 1], [5, 6, 7], 3);
        using var selected = (SparseDataset)dataset.Select([2, 1, 2]);
        Assert.Equal([2, 1, 2], selected.Labels);
        Assert.Equal([0, 1], selected.Columns(2).ToArray());
        Assert.Equal([6f, 7f], selected.Values(0).ToArray());
        Assert.Empty(selected.Values(1).ToArray());
    }

    [Fact]
    public void What_is_not_compressed_sparse_rows_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Make([0, 1, 2], [0, 3], [1, 1], 3));
        Assert.Throws<ArgumentException>(() => Make([0, 2, 2], [1, 1], [1, 1], 3));
        Assert.Throws<ArgumentException>(() => Make([0, 3, 2], [0, 1], [1, 1], 3));
        Assert.Throws<ArgumentException>(() => Make([0, 1, 1], [0, 1], [1, 1], 3));
        Assert.Throws<ArgumentException>(() => Make([0, 1, 2], [0, 1], [1], 3));
    }

    [Fact]
    public void The_content_hash_depends_on_the_entries()
    {
        using SparseDataset first = Make([0, 1, 2], [0, 1], [1, 1], 3), same = Make([0, 1, 2], [0, 1], [1, 1], 3),
            other = Make([0, 1, 2], [0, 2], [1, 1], 3);
        Assert.Equal(first.ContentHash, same.ContentHash);
        Assert.NotEqual(first.ContentHash, other.ContentHash);
    }

    private static SparseDataset Make(long[] rowStarts, int[] columns, float[] values, int featureCount)
    {
        var labels = Enumerable.Range(0, rowStarts.Length - 1).ToArray();
        return new("sparse", Buffer(rowStarts), Buffer(columns), Buffer(values), featureCount, labels, labels.Length);
    }

    private static (SparseDataset Sparse, DenseDataset Dense) Twins(RandomStream random, int samples, int features)
    {
        var rowStarts = new List<long> { 0 };
        var columns = new List<int>();
        var values = new List<float>();
        var dense = new float[samples * features];
        for (var sample = 0; sample < samples; sample++)
        {
            for (var feature = 0; feature < features; feature++)
            {
                if (random.NextInt32(4) != 0) continue;
                columns.Add(feature);
                values.Add(dense[sample * features + feature] = 1 + (float)random.NextGaussian());
            }
            rowStarts.Add(columns.Count);
        }
        return (new("sparse", Buffer([.. rowStarts]), Buffer([.. columns]), Buffer([.. values]), features, new int[samples], 2),
            new("dense", Buffer(dense), features, new int[samples], 2));
    }

    private static NativeBuffer<T> Buffer<T>(T[] values) where T : unmanaged
    {
        var buffer = new NativeBuffer<T>(values.Length);
        values.CopyTo(buffer.Span);
        return buffer;
    }
}
