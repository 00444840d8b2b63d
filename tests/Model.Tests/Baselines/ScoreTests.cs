using ActorSparse.Model.Baselines;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Tests.Training;

namespace ActorSparse.Model.Tests.Baselines;

public sealed class ScoreTests : IDisposable
{
    private static readonly NetworkSpec s_spec = new()
    {
        LayerSizes = [4, 3, 3], HiddenActivation = BaselineRun.Tanh, Initializer = Initializer.FanIn, Epsilon = 1,
    };

    private readonly NetworkCompute _compute = new();
    private readonly DenseDataset _data = TestData.Clusters(60, seed: 3, features: 4);

    public void Dispose()
    {
        _compute.Dispose();
        _data.Dispose();
    }

    [Fact]
    public void Ten_samples_of_every_class_score_whatever_the_batches()
    {
        using var network = BaselineRun.New(s_spec);
        var options = BaselineRun.Options("snip");
        using var gradient = new ScoreGradient(BaselineRun.Context(_compute, network, options, _data));
        Assert.Equal(30, gradient.Samples.Distinct().Count());
        Assert.All(gradient.Samples.GroupBy(sample => _data.Labels[sample]), group => Assert.Equal(10, group.Count()));
        using var whole = new ScoreGradient(BaselineRun.Context(_compute, network, options with { BatchSize = 64 }, _data));
        Assert.Equal(whole.Samples, gradient.Samples);
        foreach (var (left, right) in Flat(gradient.Of(network)).Zip(Flat(whole.Of(network)))) Assert.Equal(left, right, 1e-6f);
    }

    [Fact]
    public void Snip_keeps_the_largest_products_of_weight_and_difference_quotient()
    {
        using var full = FullNetwork.Create(s_spec, new RandomSource(BaselineRun.Seed));
        using var network = BaselineRun.New(s_spec);
        var context = BaselineRun.Context(_compute, network, BaselineRun.Options("snip"), _data);
        using var gradient = new ScoreGradient(context);
        var oracle = new DoubleNetwork(full, _data, gradient.Samples);
        var expected = oracle.Gradient();
        foreach (var (actual, exact) in Flat(gradient.Of(full)).Zip(expected)) Assert.Equal(exact, actual, 1e-6);

        double[] scores = [.. expected.Zip(oracle.Weights, (slope, weight) => Math.Abs(slope * weight))];
        SnipPruning.Prune(full, context, 8);
        Assert.Equal(Largest(scores, 8), Kept(full));
    }

    [Fact]
    public void Grasp_scores_by_the_product_with_the_explicit_Hessian()
    {
        using var full = FullNetwork.Create(s_spec, new RandomSource(BaselineRun.Seed));
        using var network = BaselineRun.New(s_spec);
        var context = BaselineRun.Context(_compute, network, BaselineRun.Options("grasp"), _data);
        using var gradient = new ScoreGradient(context);
        var oracle = new DoubleNetwork(full, _data, gradient.Samples);
        var slopes = oracle.Gradient(temperature: 200);
        var hessian = oracle.Hessian(temperature: 200);
        var norm = Math.Sqrt(slopes.Sum(slope => slope * slope));
        double[] expected = [.. Enumerable.Range(0, slopes.Length).Select(row =>
            oracle.Weights[row] * Enumerable.Range(0, slopes.Length).Sum(column => hessian[row, column] * slopes[column]) / norm)];
        var actual = Flat(GraspPruning.Scores(full, gradient));
        var size = Math.Sqrt(expected.Sum(score => score * score));
        Assert.InRange(Math.Sqrt(expected.Zip(actual, (exact, score) => (exact - score) * (exact - score)).Sum()) / size, 0, 5e-3);

        GraspPruning.Prune(full, context, 8);
        Assert.Equal([.. expected.Select((score, index) => (score, index)).OrderByDescending(item => item.score).Take(8).Select(item => item.index).Order()],
            Kept(full));
    }

    [Theory]
    [InlineData(1, "5")]
    [InlineData(2, "0 5")]
    [InlineData(3, "0 2 5")]
    [InlineData(4, "0 1 2 5")]
    [InlineData(5, "0 1 2 4 5")]
    public void Signed_scores_are_ranked_with_their_sign(long count, string kept)
    {
        using var scores = new NativeBuffer<float>(6);
        ((float[])[2, -1, 0, -3, -1.0000001f, 7]).CopyTo(scores.Span);
        GraspPruning.ToMagnitudes([scores], count);
        var order = scores.Span.ToArray().Select((score, index) => (Size: Math.Abs(score), index)).OrderByDescending(item => item.Size).ToList();
        Assert.Equal(kept, string.Join(' ', order.Take((int)count).Select(item => item.index).Order()));
        Assert.All(order, item => Assert.True(float.IsFinite(item.Size)));
    }

    [Fact]
    public void What_is_not_finite_is_refused_not_ranked()
    {
        using var full = FullNetwork.Create(s_spec, new RandomSource(BaselineRun.Seed));
        full.Parameters.Sparse[0].Values[2] = float.NaN;
        using var network = BaselineRun.New(s_spec);
        var context = BaselineRun.Context(_compute, network, BaselineRun.Options("snip"), _data);
        Assert.Throws<TrainingDivergedException>(() => SnipPruning.Prune(full, context, 8));
        Assert.Throws<TrainingDivergedException>(() => GraspPruning.Prune(full, context, 8));
    }

    private static float[] Flat(NativeBuffer<float>[] buffers)
    {
        float[] values = [.. buffers.SelectMany(buffer => buffer.Span.ToArray())];
        foreach (var buffer in buffers) buffer.Dispose();
        return values;
    }

    private static List<int> Largest(double[] scores, int count) =>
        [.. scores.Select((score, index) => (score, index)).OrderByDescending(item => item.score).Take(count).Select(item => item.index).Order()];

    // Numbers of the connections that are left, block after block.
    private static List<int> Kept(Network network)
    {
        var first = 0;
        var kept = new List<int>();
        foreach (var block in network.Parameters.Sparse)
        {
            kept.AddRange(BaselineRun.Places(block.Topology).Order().Select(place => first + (int)place));
            first += block.Topology.InputCount * block.Topology.OutputCount;
        }
        return kept;
    }
}
