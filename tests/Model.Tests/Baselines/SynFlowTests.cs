using ActorSparse.Model.Baselines;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Graph;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Tests.Baselines;

public sealed class SynFlowTests : IDisposable
{
    private readonly NetworkCompute _compute = new();

    public void Dispose() => _compute.Dispose();

    [Fact]
    public void A_connections_share_is_that_of_the_paths_through_it()
    {
        using var full = Full(new() { LayerSizes = [3, 4, 2, 2], Initializer = Initializer.FanIn });
        double[][,] weights = [.. full.Parameters.Sparse.Select(Magnitudes)];
        var sums = new[] { new double[4, 3], new double[2, 4], new double[2, 2] };
        var all = 0.0;
        for (var input = 0; input < 3; input++)
            for (var first = 0; first < 4; first++)
                for (var second = 0; second < 2; second++)
                    for (var output = 0; output < 2; output++)
                    {
                        var path = weights[0][first, input] * weights[1][second, first] * weights[2][output, second];
                        sums[0][first, input] += path;
                        sums[1][second, first] += path;
                        sums[2][output, second] += path;
                        all += path;
                    }
        using var linear = new LinearisedNetwork(full, _compute);
        var shares = linear.Shares();
        for (var block = 0; block < 3; block++)
            Assert.All(shares[block].Span.ToArray().Zip(sums[block].Cast<double>()), pair => Assert.Equal(pair.Second / all, pair.First, 1e-6));
    }

    // Activations, norms and pools pass on all that they get, so that every block that all paths go through has all of it.
    [Theory]
    [InlineData("""
        {"input": "2x4x4", "nodes": [{"operator": "convolution", "channels": 3}, {"operator": "batch-norm"}, {"operator": "relu"},
        {"operator": "convolution", "channels": 4, "stride": 2}, {"operator": "group-norm", "groups": 2}, {"operator": "tanh"},
        {"operator": "global-mean"}, {"operator": "linear", "outputs": 5, "activation": "sigmoid"}, {"operator": "linear", "outputs": 3}]}
        """)]
    [InlineData("""
        {"input": "2x4x4", "nodes": [{"operator": "depthwise-convolution"}, {"operator": "max-pool", "size": 2}, {"operator": "flatten"},
        {"operator": "linear", "outputs": 3}]}
        """)]
    public void Shares_of_a_block_that_all_paths_go_through_sum_to_one(string graph)
    {
        using var full = Full(new() { Graph = GraphText.Parse(graph), Initializer = Initializer.HeUniform });
        using var linear = new LinearisedNetwork(full, _compute);
        Assert.All(linear.Shares(), shares => Assert.Equal(1, shares.Span.ToArray().Sum(share => (double)share), 1e-5));
    }

    [Fact]
    public void Networks_whose_flow_is_beyond_what_floats_hold_have_shares_all_the_same()
    {
        using var full = Full(new() { LayerSizes = [20, .. Enumerable.Repeat(40, 60), 3], Initializer = Initializer.HeUniform });
        using var linear = new LinearisedNetwork(full, _compute);
        Assert.All(linear.Shares(), shares => Assert.Equal(1, shares.Span.ToArray().Sum(share => (double)share), 1e-4));
    }

    [Fact]
    public void A_hundred_rounds_lead_down_a_geometric_sequence_to_the_count_and_no_block_is_lost()
    {
        var counts = SynFlowPruning.Counts(10_000, 100).ToList();
        Assert.Equal((100, 9549, 1000, 100), (counts.Count, counts[0], counts[49], counts[^1]));
        using var full = Full(BaselineRun.Chain);
        using var network = BaselineRun.New(BaselineRun.Chain);
        SynFlowPruning.Prune(full, BaselineRun.Context(_compute, network, BaselineRun.Options("synflow")), 12);
        Assert.Equal(12, full.ConnectionCount);
        Assert.All(full.ConnectionCounts(), count => Assert.True(count > 0));
        using var linear = new LinearisedNetwork(full, _compute);
        Assert.Equal(1, linear.Shares()[1].Span.ToArray().Sum(share => (double)share), 1e-5);
    }

    [Fact]
    public void Attention_is_refused_with_the_name_of_its_node()
    {
        using var full = Full(new()
        {
            Graph = GraphText.Parse("""
                {"input": "6x2x2", "nodes": [{"name": "heads", "operator": "attention", "heads": 1}, {"operator": "global-mean"},
                {"operator": "linear", "outputs": 3}]}
                """),
        });
        var message = Assert.Throws<InvalidInputException>(() => new LinearisedNetwork(full, _compute)).Message;
        Assert.Contains("'heads' (attention)", message, StringComparison.Ordinal);
    }

    private static Network Full(NetworkSpec spec) => FullNetwork.Create(spec, new RandomSource(BaselineRun.Seed));

    private static double[,] Magnitudes(Model.Parameters.SparseBlock block)
    {
        var magnitudes = new double[block.Topology.OutputCount, block.Topology.InputCount];
        for (var row = 0; row < block.Topology.OutputCount; row++)
            foreach (var column in block.Topology.Row(row))
                magnitudes[row, column] = Math.Abs(block.Values[block.Topology.Find(row, column)]);
        return magnitudes;
    }
}
