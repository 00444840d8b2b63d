using ActorSparse.Model.Coordination;

namespace ActorSparse.Model.Tests.Coordination;

public class StalenessHistogramTests
{
    [Fact]
    public void Counts_mean_and_maximum_are_exact_also_beyond_the_last_bin()
    {
        var histogram = new StalenessHistogram(capacity: 3);
        Assert.Equal(0, histogram.Mean);
        foreach (var staleness in (long[])[0, 1, 1, 7]) histogram.Add(staleness);
        Assert.Equal([1, 2, 1], histogram.Counts);
        Assert.Equal(2.25, histogram.Mean);
        Assert.Equal(7, histogram.Max);
        Assert.Equal(4, histogram.Total);
    }
}
