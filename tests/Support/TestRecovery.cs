using ActorSparse.Model.Recovery;

namespace ActorSparse.Tests.Support;

/// <summary>A small recovery of planted samples, and what it comes to in one place.</summary>
internal static class TestRecovery
{
    public static ScalarIht Steps(this RecoveryData data) => new(new() { Neurons = 5, Budget = 16, Steps = 4 }, data.Chunks, data.FeatureCount);

    public static void AssertAlone(this RecoveryData data, ScalarIht steps)
    {
        using var sums = new SampleSums(data);
        var alone = data.Steps();
        alone.Run(sums);
        Assert.True(alone.Weights.IsSame(steps.Weights));
        Assert.Equal(alone.Losses, steps.Losses);
    }

    public static IReadOnlyList<NodeSum> Nodes(this RecoveryData data, ShareOrder order)
    {
        using var sums = new SampleSums(data, 1, order.FirstChunk, order.EndChunk);
        return sums.ComputeNodes(order.Request, order.FirstChunk, order.EndChunk);
    }
}
