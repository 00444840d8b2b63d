using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Tests.Numerics;

namespace ActorSparse.Model.Tests.Networks;

public class NetworkCreationTests
{
    [Fact]
    public void A_network_has_the_layers_that_epsilon_asks_for_and_no_other_state()
    {
        var spec = new NetworkSpec { LayerSizes = [784, 300, 100, 10], Epsilon = 3.34 };
        using var network = Network.Create(spec, new RandomSource(1));
        for (var index = 0; index < spec.LayerCount; index++)
        {
            var (layer, biases) = (network.Parameters.Sparse[index], network.Parameters.Dense[index]);
            var (inputs, outputs) = (layer.Topology.InputCount, layer.Topology.OutputCount);
            Randomness.AssertBinomial(
                layer.Topology.ConnectionCount, inputs * outputs, ErdosRenyi.ConnectionProbability(inputs, outputs, spec.Epsilon));
            Assert.True(biases.Values.Span.IndexOfAnyExcept(0f) < 0);
            Assert.True(layer.Velocities.Span.IndexOfAnyExcept(0f) < 0);
            Assert.True(biases.Velocities.Span.IndexOfAnyExcept(0f) < 0);
        }
        Assert.All(network.LivingNeurons, Assert.Null);
    }

    [Fact]
    public void The_published_edge_counts_of_a_98_percent_sparse_network_are_met_in_expectation()
    {
        // Worked example of the gse specification, section 6.2.
        Assert.Equal(3620.6, ErdosRenyi.ExpectedConnections(784, 300, 3.34), 0.5);
        Assert.Equal(1336.0, ErdosRenyi.ExpectedConnections(300, 100, 3.34), 0.5);
        Assert.Equal(367.4, ErdosRenyi.ExpectedConnections(100, 10, 3.34), 0.5);
    }

    [Fact]
    public void The_seed_decides_topology_and_values()
    {
        var spec = new NetworkSpec { LayerSizes = [50, 40, 5], Epsilon = 2 };
        using var first = Network.Create(spec, new RandomSource(1));
        using var again = Network.Create(spec, new RandomSource(1));
        using var other = Network.Create(spec, new RandomSource(2));
        Assert.Equal(first.Parameters.Sparse[0].Topology.Id, again.Parameters.Sparse[0].Topology.Id);
        Assert.Equal(first.Parameters.Sparse[0].Values.Span.ToArray(), again.Parameters.Sparse[0].Values.Span.ToArray());
        Assert.NotEqual(first.Parameters.Sparse[0].Topology.Id, other.Parameters.Sparse[0].Topology.Id);
    }

    [Theory]
    [InlineData("784", "at least")]
    [InlineData("784-0-10", "'0'")]
    [InlineData("784-x-10", "'x'")]
    [InlineData("", "''")]
    [InlineData("784-99999999999-10", "'99999999999'")]
    public void Layer_lists_that_make_no_network_are_refused(string text, string names) =>
        Assert.Contains(names, Assert.Throws<InvalidInputException>(
            () => SpecNames.ParseLayerSizes(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Names_round_trip()
    {
        Assert.Equal("784-1000-10", SpecNames.FormatLayerSizes(SpecNames.ParseLayerSizes("784-1000-10")));
        foreach (var initializer in Enum.GetValues<Initializer>())
            Assert.Equal(initializer, SpecNames.ParseInitializer(SpecNames.Format(initializer)));
        foreach (var loss in Enum.GetValues<LossKind>()) Assert.Equal(loss, SpecNames.ParseLoss(SpecNames.Format(loss)));
        Assert.Contains("he-uniform", Assert.Throws<InvalidInputException>(
            () => SpecNames.ParseInitializer("kaiming")).Message, StringComparison.Ordinal);
    }

    public static TheoryData<NetworkSpec, string> BadSpecs => new()
    {
        { new NetworkSpec { LayerSizes = [4] }, "at least" },
        { new NetworkSpec { LayerSizes = [4, -1] }, "positive" },
        { new NetworkSpec { LayerSizes = [4, 2], Epsilon = 0 }, "epsilon" },
        { new NetworkSpec { LayerSizes = [4, 3, 2], HiddenActivation = new(ActivationKind.Softmax) }, "hidden" },
        { new NetworkSpec { LayerSizes = [4, 2], OutputActivation = new(ActivationKind.AllRelu, 0.6f) }, "all-relu" },
        { new NetworkSpec { LayerSizes = [4, 1] }, "sigmoid" },
        { new NetworkSpec { LayerSizes = [4, 3], OutputActivation = new(ActivationKind.Tanh) }, "cross-entropy" },
        { new NetworkSpec { LayerSizes = [2_000_000_000, 2_000_000_000], Epsilon = 5 }, "connections" },
    };

    [Theory]
    [MemberData(nameof(BadSpecs))]
    public void Specifications_that_cannot_be_trained_are_refused_in_one_line(NetworkSpec spec, string names)
    {
        var message = Assert.Throws<InvalidInputException>(() => Network.Create(spec, new RandomSource(1))).Message;
        Assert.Contains(names, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }
}
