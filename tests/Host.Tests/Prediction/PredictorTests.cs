using ActorSparse.Host.Prediction;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Tests.Prediction;

public sealed class PredictorTests : IDisposable
{
    private const int Features = 12;

    private readonly Network _network = Network.Create(new() { LayerSizes = [Features, 30, 4] }, new RandomSource(3));
    private readonly ServingMetrics _metrics = new();
    private readonly NetworkCompute _compute = new();

    public void Dispose()
    {
        _compute.Dispose();
        _metrics.Dispose();
        _network.Dispose();
    }

    [Fact]
    public async Task Whoever_asks_at_the_same_time_gets_the_answers_of_predict()
    {
        using var predictor = new Predictor(_network, _compute, _metrics);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(seed => Task.Run(async () =>
        {
            // From one sample to several batches of them.
            using var expected = Samples(seed, 1 + seed * seed % 300);
            using var pending = predictor.Add(Samples(seed, expected.SampleCount));
            await pending.Completion;
            using var lane = new InferenceLane(_network.Spec);
            Evaluator.Predict(lane.Compute, _network, expected, lane.Workspaces, (sample, label, outputs) =>
            {
                Assert.Equal(outputs.ToArray(), pending.Outputs(sample).ToArray());
                Assert.Equal(label, pending.Class(sample));
            });
        })));
    }

    [Fact]
    public void A_few_samples_are_answered_at_once_where_nothing_waits()
    {
        using var predictor = new Predictor(_network, _compute, _metrics);
        for (var seed = 0; seed < 3; seed++)
        {
            using var pending = predictor.Add(Samples(seed, 2));
            Assert.True(pending.Completion.IsCompletedSuccessfully);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    public async Task Samples_that_fail_are_told_and_the_next_are_answered(int count)
    {
        using var predictor = new Predictor(_network, _compute, _metrics);
        using var wrong = predictor.Add(Samples(1, count, features: Features + 1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => wrong.Completion);
        using var right = predictor.Add(Samples(1, 3));
        await right.Completion;
    }

    [Fact]
    public async Task What_waits_at_the_end_is_answered_still()
    {
        var predictor = new Predictor(_network, _compute, _metrics);
        PendingPrediction[] all = [.. Enumerable.Range(0, 20).Select(seed => predictor.Add(Samples(seed, 500)))];
        predictor.Dispose();
        Assert.False(predictor.IsAlive);
        await Task.WhenAll(all.Select(pending => pending.Completion));
        foreach (var pending in all) pending.Dispose();
    }

    private static DenseDataset Samples(int seed, int count, int features = Features)
    {
        var random = new RandomSource((ulong)seed).Stream("samples");
        var values = new float[count * features];
        foreach (ref var value in values.AsSpan()) value = (float)random.NextGaussian();
        return DenseDataset.CopyOf("samples", values, features, new ClassTargets(new int[count], 4));
    }
}
