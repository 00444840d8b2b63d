using ActorSparse.Model.Data;
using ActorSparse.Model.Numerics;
using BenchmarkDotNet.Attributes;

namespace ActorSparse.Bench.Data;

/// <summary>One epoch of batches, shuffled, at the shape of Fashion-MNIST: 468 batches of 128 of 60,000 samples of 784 features.</summary>
public class FillBatchBenchmark
{
    private const int SampleCount = 60_000, FeatureCount = 784, BatchSize = 128;
    private readonly int[] _order = [.. Enumerable.Range(0, SampleCount)];
    private readonly ActivationMatrix _batch = new(FeatureCount, BatchSize);
    private Dataset _dataset = null!;

    /// <summary>How the samples are held.</summary>
    [Params("bytes", "floats", "sparse")]
    public string Storage { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        var random = new RandomSource(1).Stream("bench");
        random.Shuffle<int>(_order);
        _dataset = Storage == "sparse" ? Sparse(random) : Dense(random);
        _dataset.Standardize(Standardization.Measure(_dataset));
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _dataset.Dispose();
        _batch.Dispose();
    }

    [Benchmark]
    public void Epoch()
    {
        for (var start = 0; start + BatchSize <= SampleCount; start += BatchSize)
            _dataset.FillBatch(_order.AsSpan(start, BatchSize), _batch);
    }

    private DenseDataset Dense(RandomStream random)
    {
        var labels = new int[SampleCount];
        if (Storage == "floats")
        {
            var floats = new NativeBuffer<float>((long)SampleCount * FeatureCount);
            for (long index = 0; index < floats.Length; index++) floats[index] = random.NextSingle();
            return new("floats", floats, FeatureCount, labels, 10);
        }
        var bytes = new NativeBuffer<byte>((long)SampleCount * FeatureCount);
        for (long index = 0; index < bytes.Length; index++) bytes[index] = (byte)random.NextUInt32();
        return new("bytes", bytes, FeatureCount, labels, 10);
    }

    // A tenth of the features of every sample.
    private static SparseDataset Sparse(RandomStream random)
    {
        const int Entries = FeatureCount / 10;
        var rowStarts = new NativeBuffer<long>(SampleCount + 1);
        var columns = new NativeBuffer<int>((long)SampleCount * Entries);
        var values = new NativeBuffer<float>((long)SampleCount * Entries);
        for (var sample = 0; sample < SampleCount; sample++)
        {
            rowStarts[sample + 1] = rowStarts[sample] + Entries;
            for (var entry = 0; entry < Entries; entry++)
            {
                columns[rowStarts[sample] + entry] = 10 * entry + random.NextInt32(10);
                values[rowStarts[sample] + entry] = random.NextSingle();
            }
        }
        return new("sparse", rowStarts, columns, values, FeatureCount, new int[SampleCount], 10);
    }
}
