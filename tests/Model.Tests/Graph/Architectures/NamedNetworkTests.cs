using ActorSparse.Model.Graph;
using ActorSparse.Model.Graph.Architectures;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Operators;

namespace ActorSparse.Model.Tests.Graph.Architectures;

public class NamedNetworkTests
{
    private static readonly TensorShape s_cifar = new(3, 32, 32);

    // The table of the graph specification, section 5, in as many digits as it gives; multiply-adds in millions, those between tokens in
    // attention apart.
    [Theory]
    [InlineData("resnet-20", 268_336, 40.6, 0.05, 0)]
    [InlineData("resnet-56", 848_944, 125.5, 0.05, 0)]
    [InlineData("vgg-16-small", 1_252_528, 20.2, 0.05, 0)]
    [InlineData("simple-vit-tiny", 4_224_000, 270, 0.5, 12.6)]
    [InlineData("smlp-small", 1_140_832, 47, 0.5, 0)]
    public void Weights_and_multiply_adds_are_those_of_the_definition(
        string name, long weights, double millions, double tolerance, double ofAttention)
    {
        var graph = NamedNetworks.Create(name, s_cifar, 10);
        Assert.Equal(weights, (long)graph.Layout.PossibleConnections);
        var (between, all) = (0L, 0L);
        for (var node = 0; node < graph.Nodes.Count; node++)
        {
            var count = DenseMultiplyAdds(graph, node);
            all += count;
            if (graph.Blocks[node].SparseCount == 0) between += count;
        }
        Assert.Equal(millions, (all - between) / 1e6, tolerance);
        Assert.Equal(ofAttention, between / 1e6, 0.05);
    }

    // sMLP specification, section 2: the published networks, for images of 224 x 224 and 1,000 classes.
    [Theory]
    [InlineData(80, new[] { 2, 8, 14, 2 }, 24_123_584, 4.99)]
    [InlineData(96, new[] { 2, 10, 24, 2 }, 48_558_136, 10.31)]
    [InlineData(112, new[] { 2, 10, 24, 2 }, 65_880_408, 13.99)]
    public void Published_sMLP_networks_have_their_parameters(int width, int[] depths, long parameters, double billions)
    {
        var graph = new SMlpNetwork { Patch = 4, Width = width, Depths = depths }.Create(new(3, 224, 224), 1000);
        Assert.Equal(parameters, graph.Layout.Blocks.Where(block => !block.IsRunningAverage).Sum(block => (long)block.Rows * block.Columns));
        Assert.Equal(billions, Enumerable.Range(0, graph.Nodes.Count).Sum(node => DenseMultiplyAdds(graph, node)) / 1e9, 0.01);
    }

    [Theory]
    [InlineData("resnet-8")]
    [InlineData("resnet-20")]
    [InlineData("vgg-16-small")]
    [InlineData("simple-vit-tiny")]
    public void Networks_are_made_for_the_images_and_classes_of_the_data(string name)
    {
        foreach (var (shape, outputs) in new[] { (new TensorShape(1, 28, 28), 47), (new TensorShape(4, 12, 20), 1) })
        {
            var graph = NamedNetworks.Create(name, shape, outputs);
            Assert.Equal((shape, new TensorShape(outputs)), (graph.Input, graph.Output));
            Assert.Equal(graph, GraphText.Parse(GraphText.Format(graph)));
        }
    }

    [Theory]
    [InlineData("simple-vit-tiny", 30, "node 'patches' (patches): its input is 3x30x30; expected sides that are multiples of its patches' 4")]
    [InlineData("smlp-small", 28, "images of 28x28; expected sides that are multiples of 8: patches of 2, and halved 2 times")]
    [InlineData("resnet-21", 32, "a residual network of 21 layers; expected 6n + 2: 8, 14, 20, 26, 32, ...")]
    [InlineData("resnet-2", 32, "a residual network of 2 layers; expected 6n + 2: 8, 14, 20, 26, 32, ...")]
    [InlineData("resnet-600000002", 32, "a network of more than 10000 nodes; expected fewer")]
    [InlineData("alexnet", 32, "there is no network 'alexnet'; expected one of resnet-20, ")]
    public void What_there_is_not_is_refused_in_one_line(string name, int side, string expected)
    {
        var message = Assert.Throws<InvalidInputException>(() => NamedNetworks.Create(name, new(3, side, side), 10)).Message;
        Assert.StartsWith(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    // Guided growth's networks are sparse everywhere; small layers end nearly dense by themselves.
    [Fact]
    public void Every_weight_is_sparse_and_small_layers_are_the_densest()
    {
        foreach (var name in NamedNetworks.Names)
        {
            var graph = NamedNetworks.Create(name, s_cifar, 10);
            var spec = new NetworkSpec { Graph = graph, Epsilon = 2 };
            using var network = Network.Create(spec, new RandomSource(1));
            Assert.Equal(graph.Layout.Sparse.Count, network.Parameters.Sparse.Count);
            Assert.All(graph.Layout.Dense, block => Assert.Equal(1, block.Columns));
            var densities = network.Parameters.Sparse.Select(block => block.Topology.Density).ToArray();
            var largest = graph.Layout.Sparse.Select((block, index) => ((long)block.Rows * block.Columns, index)).Max().index;
            Assert.True(densities[0] > 2 * densities[largest], name);
        }
    }

    private static long DenseMultiplyAdds(GraphSpec graph, int node)
    {
        var blocks = graph.Layout.Sparse.Skip(graph.Blocks[node].FirstSparse).Take(graph.Blocks[node].SparseCount);
        return graph.Nodes[node].Operator.MultiplyAdds(graph.InputsOf(node), [.. blocks.Select(block => (long)block.Rows * block.Columns)]);
    }
}
