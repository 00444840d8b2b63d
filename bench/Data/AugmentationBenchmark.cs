using ActorSparse.Model.Data;
using ActorSparse.Model.Numerics;
using BenchmarkDotNet.Attributes;

namespace ActorSparse.Bench.Data;

/// <summary>One batch of 128 images of CIFAR-10's shape, as they are and varied.</summary>
public class AugmentationBenchmark
{
    private const int SampleCount = 2_000, BatchSize = 128;
    private readonly ActivationMatrix _batch = new(3072, BatchSize);
    private readonly int[] _samples = [.. Enumerable.Range(0, BatchSize).Select(index => index * 15)];
    private readonly RandomSource _random = new(1);
    private DenseDataset _dataset = null!;

    [GlobalSetup]
    public void Setup()
    {
        var random = new RandomSource(1).Stream("bench");
        var bytes = new NativeBuffer<byte>(SampleCount * 3072L);
        for (long index = 0; index < bytes.Length; index++) bytes[index] = (byte)random.NextUInt32();
        _dataset = new("images", bytes, 3072, new int[SampleCount], 10) { ImageShape = new(32, 32, 3), Augmentation = new AffineAugmentation() };
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _dataset.Dispose();
        _batch.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void AsTheyAre() => _dataset.FillBatch(_samples, _batch);

    [Benchmark]
    public void Varied() => _dataset.FillBatch(_samples, _batch, _random);
}
