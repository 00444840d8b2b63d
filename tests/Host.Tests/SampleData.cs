using ActorSparse.Model.Data;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Host.Tests;

/// <summary>Data sets of a given size, for what depends on the size alone.</summary>
internal static class SampleData
{
    public static DenseDataset Of(int samples, int features, int classes, ImageShape? image = null) => new(
        "samples", new NativeBuffer<float>((long)samples * features), features,
        [.. Enumerable.Range(0, samples).Select(sample => sample % classes)], classes) { ImageShape = image };
}
