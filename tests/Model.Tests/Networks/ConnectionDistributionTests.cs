using ActorSparse.Model.Graph.Architectures;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Tests.Networks;

public class ConnectionDistributionTests
{
    private static readonly NetworkSpec s_chain = new() { LayerSizes = [784, 300, 100, 10] };
    private static readonly NetworkSpec s_residual = new() { Graph = NamedNetworks.Create("resnet-20", new(3, 32, 32), 10) };

    // The worked example of the gse specification, section 6.2.
    [Theory]
    [InlineData(0.98, 3.3400)]
    [InlineData(0.95, 8.3501)]
    public void Epsilon_follows_from_sparsity(double sparsity, double expected) =>
        Assert.Equal(expected, s_chain.WithSparsity(sparsity).Epsilon, 1e-4);

    [Fact]
    public void Layers_share_the_connections_by_their_neurons_until_one_is_full()
    {
        Assert.Equal([3620.6, 1336.0, 367.4], Expected(s_chain.WithSparsity(0.98)).Select(count => Math.Round(count, 1)));
        Assert.Equal(918.5, Expected(s_chain.WithSparsity(0.95))[2], 0.1);
        var tenth = Expected(s_chain.WithSparsity(0.90));
        Assert.Equal(1000, tenth[2], 1e-9);
        Assert.Equal(26_620, tenth.Sum(), 1e-6);
        Assert.Equal(1084.0 / 400, tenth[0] / tenth[1], 1e-9);
    }

    [Theory]
    [InlineData(ConnectionDistribution.ErdosRenyi)]
    [InlineData(ConnectionDistribution.ErdosRenyiKernel)]
    [InlineData(ConnectionDistribution.Uniform)]
    public void A_sparsity_is_met_whatever_is_full(ConnectionDistribution distribution)
    {
        foreach (var spec in new[] { s_chain, s_residual })
        {
            foreach (var sparsity in new[] { 0, 0.1, 0.5, 0.8, 0.9, 0.98 })
            {
                var sparse = (spec with { Distribution = distribution }).WithSparsity(sparsity);
                var possible = spec.Layout().PossibleConnections;
                Assert.Equal((1 - sparsity) * possible, Expected(sparse).Sum(), 1e-6 * possible);
            }
            using var dense = Network.Create((spec with { Distribution = distribution }).WithSparsity(0), new RandomSource(1));
            Assert.Equal(spec.Layout().PossibleConnections, dense.ConnectionCount);
        }
    }

    [Fact]
    public void Kernels_count_by_their_sides_and_uniform_blocks_have_one_density()
    {
        // Blocks of 16 x 16 and 64 x 64 channels with kernels of 3 x 3.
        var blocks = s_residual.Layout().Sparse;
        var (small, large) = (IndexOf(16, 144), IndexOf(64, 576));
        var byNeurons = Expected(s_residual.WithSparsity(0.95));
        Assert.Equal((144 + 16) / (576.0 + 64), byNeurons[small] / byNeurons[large], 1e-9);
        var byKernels = Expected((s_residual with { Distribution = ConnectionDistribution.ErdosRenyiKernel }).WithSparsity(0.95));
        Assert.Equal((16 + 16 + 6) / (64.0 + 64 + 6), byKernels[small] / byKernels[large], 1e-9);
        var uniform = Expected((s_residual with { Distribution = ConnectionDistribution.Uniform }).WithSparsity(0.95));
        Assert.All(blocks.Zip(uniform), item => Assert.Equal(0.05, item.Second / item.First.Rows / item.First.Columns, 1e-9));
        int IndexOf(int rows, int columns) => blocks.ToList().FindIndex(block => (block.Rows, block.Columns) == (rows, columns));
    }

    // Without kernels there is nothing that sets the two apart; the same bits.
    [Fact]
    public void A_chain_is_the_same_with_and_without_kernels_and_epsilon_is_its_own()
    {
        Assert.Equal([20, 20, 20], s_chain.Epsilons());
        Assert.Equal([20, 20, 20], (s_chain with { Distribution = ConnectionDistribution.ErdosRenyiKernel }).Epsilons());
        Assert.All(s_residual.Epsilons(), epsilon => Assert.Equal(20, epsilon));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void A_sparsity_is_a_fraction_below_one(double sparsity) => Assert.Contains(
        "sparsity ", Assert.Throws<InvalidInputException>(() => s_chain.WithSparsity(sparsity)).Message, StringComparison.Ordinal);

    private static double[] Expected(NetworkSpec spec) =>
        [.. spec.Layout().Sparse.Zip(spec.Epsilons(), (block, epsilon) => ErdosRenyi.ExpectedConnections(block.Columns, block.Rows, epsilon))];
}
