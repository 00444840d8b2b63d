using ActorSparse.Model.Data;
using ActorSparse.Model.Numerics;
using ActorSparse.Tests.Support;
using CsCheck;
using MathNet.Numerics.Statistics;

namespace ActorSparse.Model.Tests.Data;

public sealed class SparseDatasetTests
{
    private static readonly Gen<float?[][]> s_values = Gen.Int[1, 60].SelectMany(
        features => Gen.Float[0.25f, 2].Nullable(0.75).Array[features].Array[2, 40]);

    [Theory]
    [InlineData(StandardizationMode.Full)]
    [InlineData(StandardizationMode.Scale)]
    [InlineData(StandardizationMode.Auto)]
    [InlineData(StandardizationMode.None)]
    public void A_batch_is_that_of_the_same_data_held_densely(StandardizationMode mode) =>
        (from values in s_values
         from chosen in Gen.Int[0, values.Length - 1].Array[1, 70]
         select (values, chosen)).ForAll(20, (values, chosen) =>
        {
            var features = values[0].Length;
            using var sparse = Sparse(values);
            using var dense = new DenseDataset(
                "dense", Buffer([.. values.SelectMany(row => row).Select(value => value ?? 0)]), features, new int[values.Length], 2);
            sparse.Standardize(Standardization.Measure(sparse, mode));
            dense.Standardize(mode == StandardizationMode.Auto ? WithMeansOfMostlyStored(values, dense) : Standardization.Measure(dense, mode));
            using ActivationMatrix actual = new(features, 70), expected = new(features, 70);
            actual.Row(0).Fill(float.NaN);
            sparse.FillBatch(chosen, actual);
            dense.FillBatch(chosen, expected);
            for (var feature = 0; feature < features; feature++)
                for (var index = 0; index < chosen.Length; index++)
                    Assert.Equal(expected.Row(feature)[index], actual.Row(feature)[index], 1e-4f);

            // Filled in parts, the last one first, it has the same bits.
            using var parts = new ActivationMatrix(features, 70);
            var middle = chosen.Length / 2;
            foreach (var (data, whole) in ((Dataset, ActivationMatrix)[])[(sparse, actual), (dense, expected)])
            {
                parts.SetBatch(chosen.Length);
                data.FillPart(chosen.AsSpan(middle), parts, middle);
                data.FillPart(chosen.AsSpan(0, middle), parts, 0);
                for (var feature = 0; feature < features; feature++) Assert.True(whole.Row(feature).SequenceEqual(parts.Row(feature)));
            }
        });

    [Fact]
    public void Scaling_keeps_zeros_zero() => s_values.ForAll(20, values =>
    {
        using var dataset = Sparse(values);
        dataset.Standardize(Standardization.Measure(dataset, StandardizationMode.Scale));
        using var batch = new ActivationMatrix(values[0].Length, values.Length);
        dataset.FillBatch(Enumerable.Range(0, values.Length).ToArray(), batch);
        for (var feature = 0; feature < values[0].Length; feature++)
            Assert.Equal(values.Select(row => row[feature] is not null), batch.Row(feature).ToArray().Select(value => value != 0));
    });

    private static Standardization WithMeansOfMostlyStored(float?[][] values, DenseDataset dense)
    {
        var full = Standardization.Measure(dense, StandardizationMode.Full)!;
        var isCentred = Enumerable.Range(0, values[0].Length).Select(feature => 2 * values.Count(row => row[feature] is not null) > values.Length);
        return new([.. full.Means.Zip(isCentred, (mean, centred) => centred ? mean : 0)], full.Deviations);
    }

    [Fact]
    public void Moments_are_those_of_MathNet_with_the_zeros() => s_values.ForAll(20, values =>
    {
        using var dataset = Sparse(values);
        var standardization = Standardization.Measure(dataset, StandardizationMode.Full)!;
        for (var feature = 0; feature < values[0].Length; feature++)
        {
            double[] column = [.. values.Select(row => row[feature] ?? 0)];
            var deviation = column.PopulationStandardDeviation();
            Assert.Equal(column.Mean(), standardization.Means[feature], 1e-6);
            Assert.Equal(deviation > 0 ? deviation : 1, standardization.Deviations[feature], 1e-5);
        }
    });

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

    private static SparseDataset Sparse(float?[][] values)
    {
        var rowStarts = new List<long> { 0 };
        foreach (var row in values) rowStarts.Add(rowStarts[^1] + row.Count(value => value is not null));
        int[] columns = [.. values.SelectMany(row => Enumerable.Range(0, row.Length).Where(feature => row[feature] is not null))];
        return new("sparse", Buffer([.. rowStarts]), Buffer(columns), Buffer([.. values.SelectMany(row => row.OfType<float>())]),
            values[0].Length, new int[values.Length], 2);
    }

    private static NativeBuffer<T> Buffer<T>(T[] values) where T : unmanaged
    {
        var buffer = new NativeBuffer<T>(values.Length);
        values.CopyTo(buffer.Span);
        return buffer;
    }
}
