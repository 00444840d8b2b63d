using ActorSparse.Model.Coordination;
using ActorSparse.Model.Data;

namespace ActorSparse.Model.Tests.Data;

/// <summary>On the real files: `./test` fetches them first (eng/fetch-data.sh).</summary>
public sealed class FashionMnistTests
{
    [Fact]
    public void The_published_files_are_found_and_read()
    {
        using var data = DataSource.Load(new() { Name = "fashion-mnist" });
        Assert.Equal((60_000, 10_000, 784, 10), (data.Train.SampleCount, data.Test.SampleCount, data.Train.FeatureCount,
            data.Train.ClassCount));
        Assert.Equal([9, 0, 0, 3, 0, 2, 7, 2, 5, 5], data.Train.Labels[..10]);
        Assert.Equal([9, 2, 1, 1, 6, 1, 4, 6, 5, 7], data.Test.Labels[..10]);
        Assert.All(Enumerable.Range(0, 10), label => Assert.Equal(6_000, data.Train.Labels.Count(other => other == label)));
        Assert.Equal("Ankle boot", data.Train.ClassNames![9]);
        Assert.Equal(new ImageShape(28, 28), data.Train.ImageShape);
        // The data set's known mean and deviation over all pixels, 72.94 and 90.02, and the first image's own.
        Assert.Equal(72.94, data.Train.Standardization!.Means.Average(), 0.01);
        var first = new float[784];
        ((DenseDataset)data.Train).CopySample(0, first);
        Assert.Equal(76_247, first.Sum());
        Assert.Same(data.Train.Standardization, data.Test.Standardization);
    }
}
