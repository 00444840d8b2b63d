using ActorSparse.Model.Baselines;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Tests.Baselines;

public class GradualTests
{
    // 200 epochs of 390 updates, pruning every 1000 until epoch 120.
    private const long UpdatesTotal = 78_000;

    [Theory]
    [InlineData(0.98, 0, 0)]
    [InlineData(0.98, 23_400, 0.49)]
    [InlineData(0.98, 45_999, 0.979292)]
    [InlineData(0.9, 45_999, 0.899350)]
    [InlineData(0.98, 46_800, 0.98)]
    public void The_sparsity_rises_along_half_a_cosine(double sparsity, long update, double expected) =>
        Assert.Equal(expected, new GradualRule(sparsity, new()).SparsityAt(update, UpdatesTotal), 1e-6);

    [Fact]
    public void The_last_pruning_comes_before_the_end_of_the_schedule()
    {
        var rule = new GradualRule(0.98, new());
        var due = Enumerable.Range(0, (int)UpdatesTotal).Where(update => rule.IsDue(update, UpdatesTotal)).ToArray();
        Assert.Equal((46, 999, 45_999), (due.Length, due[0], due[^1]));
    }

    [Fact]
    public void A_pruning_takes_the_smallest_weights_of_all_blocks_and_grows_none()
    {
        using var network = FullNetwork.Create(BaselineRun.Chain, new RandomSource(BaselineRun.Seed));
        var rule = new GradualRule(0.9, new() { Interval = 1, Until = 1 });
        var snapshot = NetworkSnapshot.Of(network, new RandomSource(1), 0) with { Update = 50, UpdatesTotal = 100 };
        using var evolution = rule.Evolve(snapshot);
        var all = network.Parameters.Sparse.SelectMany(block => block.Values.Span.ToArray()).Select(Math.Abs).Order().ToList();
        NetworkEvolution.Apply(network.Parameters, evolution.Changes);
        Assert.Equal((long)(0.55 * all.Count), network.ConnectionCount);
        var left = network.Parameters.Sparse.SelectMany(block => block.Values.Span.ToArray()).Select(Math.Abs).Order();
        Assert.Equal(all[^(int)network.ConnectionCount..], left);
        Assert.All(evolution.Changes, change => Assert.Equal(0, change?.GrownCount ?? 0));
        // What is sparse enough stays as it is.
        using var next = rule.Evolve(NetworkSnapshot.Of(network, new RandomSource(1), 0) with { Update = 49, UpdatesTotal = 100 });
        Assert.All(next.Changes, Assert.Null);
    }

    [Fact]
    public void A_run_too_short_to_prune_is_refused()
    {
        var message = Assert.Throws<InvalidInputException>(
            () => new GradualRule(0.9, new() { Interval = 27 }).CheckFits(BaselineRun.Chain, 32)).Message;
        Assert.Contains("every 27 of the first 19 updates", message, StringComparison.Ordinal);
    }
}
