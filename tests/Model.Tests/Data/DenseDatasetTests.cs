using ActorSparse.Model.Data;
using ActorSparse.Model.Numerics;
using MathNet.Numerics.Statistics;

namespace ActorSparse.Model.Tests.Data;

public sealed class DenseDatasetTests
{
    private static readonly (int Samples, int Features, int Batch)[] s_shapes =
    [
        (1, 1, 1), (5, 3, 4), (20, 16, 16), (40, 17, 33), (200, 49, 128), (300, 784, 128), (300, 65, 129), (300, 31, 260), (50, 1000, 5),
        (30, 15, 15),
    ];

    public static TheoryData<int, int, int, bool> Shapes()
    {
        var data = new TheoryData<int, int, int, bool>();
        foreach (var (samples, features, batch) in s_shapes)
        {
            data.Add(samples, features, batch, true);
            data.Add(samples, features, batch, false);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_batch_is_the_standardised_transpose_of_its_samples(int sampleCount, int featureCount, int batchSize, bool asBytes)
    {
        var random = new RandomSource(7).Stream("test");
        using var dataset = Random(sampleCount, featureCount, asBytes, random);
        var standardization = Standardization.Measure(dataset)!;
        dataset.Standardize(standardization);
        var samples = Enumerable.Range(0, batchSize).Select(_ => random.NextInt32(sampleCount)).ToArray();
        using var batch = new ActivationMatrix(featureCount, batchSize + 3);
        batch.Row(0).Fill(float.NaN);

        dataset.FillBatch(samples, batch);

        Assert.Equal(batchSize, batch.Batch);
        var sample = new float[featureCount];
        for (var index = 0; index < batchSize; index++)
        {
            dataset.CopySample(samples[index], sample);
            for (var feature = 0; feature < featureCount; feature++)
                Assert.Equal((sample[feature] - standardization.Means[feature]) / standardization.Deviations[feature],
                    batch.Row(feature)[index], 1e-5f);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public unsafe void Lanes_beyond_the_batch_stay_zero(bool asBytes)
    {
        using var dataset = Random(64, 33, asBytes, new RandomSource(8).Stream("test"));
        dataset.Standardize(Standardization.Measure(dataset));
        using var batch = new ActivationMatrix(33, 64);
        foreach (var size in new[] { 64, 19, 50, 1, 63 })
        {
            dataset.FillBatch(Enumerable.Range(0, size).ToArray(), batch);
            for (var feature = 0; feature < 33; feature++)
                for (var lane = size; lane < batch.Stride; lane++) Assert.Equal(0, batch.Pointer[feature * batch.Stride + lane]);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Moments_are_those_of_MathNet(bool asBytes)
    {
        using var dataset = Random(501, 23, asBytes, new RandomSource(9).Stream("test"));
        var standardization = Standardization.Measure(dataset)!;
        var sample = new float[23];
        var columns = Enumerable.Range(0, 23).Select(_ => new double[501]).ToArray();
        for (var index = 0; index < 501; index++)
        {
            dataset.CopySample(index, sample);
            for (var feature = 0; feature < 23; feature++) columns[feature][index] = sample[feature];
        }
        for (var feature = 0; feature < 23; feature++)
        {
            Assert.Equal(columns[feature].Mean(), standardization.Means[feature], 1e-5 * columns[feature].MaximumAbsolute());
            Assert.Equal(1, standardization.Deviations[feature] / columns[feature].PopulationStandardDeviation(), 1e-6);
        }
    }

    [Fact]
    public void A_large_offset_does_not_spoil_the_deviation()
    {
        // 2^20 + {0, 1} alternating: the mean square exceeds the variance by a factor of 4e12.
        using var dataset = Floats(1000, 1, (sample, _) => (1 << 20) + sample % 2);
        Assert.Equal(0.5f, Standardization.Measure(dataset)!.Deviations[0], 1e-9f);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.1f)]
    [InlineData(-1e30f)]
    public void A_constant_feature_has_deviation_one_and_becomes_zero(float constant)
    {
        using var dataset = Floats(777, 2, (sample, feature) => feature == 0 ? constant : sample);
        dataset.Standardize(Standardization.Measure(dataset));
        Assert.Equal(1, dataset.Standardization!.Deviations[0]);
        using var batch = new ActivationMatrix(2, 10);
        dataset.FillBatch(Enumerable.Range(0, 10).ToArray(), batch);
        Assert.All(batch.Row(0).ToArray(), value => Assert.Equal(0, value));
        Assert.NotEqual(0, batch.Row(1)[0]);
    }

    [Fact]
    public void Modes_subtract_and_divide_as_they_say()
    {
        using var dataset = Floats(4, 1, (sample, _) => sample + 10);
        using var batch = new ActivationMatrix(1, 4);
        var deviation = (float)Math.Sqrt(1.25);
        foreach (var (mode, first) in new[] { (StandardizationMode.Full, -1.5f / deviation), (StandardizationMode.Auto, -1.5f / deviation),
                     (StandardizationMode.Scale, 10 / deviation), (StandardizationMode.None, 10f) })
        {
            dataset.Standardize(Standardization.Measure(dataset, mode));
            dataset.FillBatch([0, 1, 2, 3], batch);
            Assert.Equal(first, batch.Row(0)[0], 1e-5f);
        }
    }

    [Fact]
    public void Filling_from_many_threads_gives_what_one_thread_gives()
    {
        using var dataset = Random(400, 61, asBytes: true, new RandomSource(10).Stream("test"));
        dataset.Standardize(Standardization.Measure(dataset));
        float[] Fill(int seed)
        {
            var random = new RandomSource((ulong)seed).Stream("samples");
            using var batch = new ActivationMatrix(61, 37);
            dataset.FillBatch(Enumerable.Range(0, 37).Select(_ => random.NextInt32(400)).ToArray(), batch);
            return [.. Enumerable.Range(0, 61).SelectMany(feature => batch.Row(feature).ToArray())];
        }
        var expected = Enumerable.Range(0, 200).Select(Fill).ToArray();
        var actual = new float[200][];
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, seed => actual[seed] = Fill(seed));
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void The_content_hash_tells_apart_whatever_a_batch_depends_on()
    {
        static DenseDataset Make(float value = 1, int label = 1, int classes = 2) =>
            new("a", Buffer([value, 2, 3, 4]), 2, [0, label], classes);
        using DenseDataset first = Make(), same = Make(), value = Make(value: 5), label = Make(label: 0), classes = Make(classes: 3),
            standardised = Make();
        standardised.Standardize(Standardization.Measure(standardised));
        Assert.Equal(first.ContentHash, same.ContentHash);
        Assert.Equal(5, new[] { first, value, label, classes, standardised }.Select(dataset => dataset.ContentHash).Distinct().Count());
        Assert.Matches("^[0-9a-f]{64}$", first.ContentHash);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Select_keeps_the_chosen_samples_in_order(bool asBytes)
    {
        using var dataset = Random(30, 7, asBytes, new RandomSource(11).Stream("test"));
        using var selected = (DenseDataset)dataset.Select([29, 3, 3]);
        Assert.Equal([dataset.Labels[29], dataset.Labels[3], dataset.Labels[3]], selected.Labels);
        float[] expected = new float[7], actual = new float[7];
        dataset.CopySample(29, expected);
        selected.CopySample(0, actual);
        Assert.Equal(expected, actual);
        dataset.CopySample(3, expected);
        selected.CopySample(2, actual);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        using var dataset = Floats(3, 2, (_, _) => 1);
        using ActivationMatrix batch = new(2, 4), narrow = new(1, 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.FillBatch([3], batch));
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.FillBatch([-1], batch));
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.FillBatch([0], narrow));
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.FillBatch([0, 1, 2, 0, 1], batch));
        Assert.Throws<ArgumentException>(() => dataset.Standardize(new([0], [1])));
        Assert.Throws<ArgumentException>(() => new Standardization([0], [0]));
        using var values = new NativeBuffer<float>(5);
        Assert.Throws<ArgumentOutOfRangeException>(() => new DenseDataset("a", values, 2, [0, 0], 1));
    }

    private static DenseDataset Random(int sampleCount, int featureCount, bool asBytes, RandomStream random)
    {
        var labels = Enumerable.Range(0, sampleCount).Select(_ => random.NextInt32(3)).ToArray();
        if (!asBytes) return Floats(sampleCount, featureCount, (_, _) => 100 * (float)random.NextGaussian(), labels);
        var bytes = new NativeBuffer<byte>((long)sampleCount * featureCount);
        for (long index = 0; index < bytes.Length; index++) bytes[index] = (byte)random.NextUInt32();
        return new("bytes", bytes, featureCount, labels, 3);
    }

    private static DenseDataset Floats(int sampleCount, int featureCount, Func<int, int, float> value, int[]? labels = null)
    {
        var floats = new NativeBuffer<float>((long)sampleCount * featureCount);
        for (var index = 0; index < floats.Length; index++) floats[index] = value(index / featureCount, index % featureCount);
        return new("floats", floats, featureCount, labels ?? new int[sampleCount], 3);
    }

    private static NativeBuffer<float> Buffer(float[] values)
    {
        var buffer = new NativeBuffer<float>(values.Length);
        values.CopyTo(buffer.Span);
        return buffer;
    }
}
