using ActorSparse.Model.Graph;
using ActorSparse.Model.Operators;

namespace ActorSparse.Model.Tests.Graph;

public class GraphTextTests
{
    private const string Residual = """
        {"input": "3x8x8", "nodes": [
          {"name": "stem", "operator": "convolution", "channels": 4, "bias": false},
          {"operator": "batch-norm"},
          {"name": "act", "operator": "relu"},
          {"name": "branch", "operator": "convolution", "channels": 4},
          {"name": "sum", "operator": "add", "inputs": ["branch", "act"]},
          {"operator": "global-mean"},
          {"name": "head", "operator": "linear", "outputs": 10}]}
        """;

    [Fact]
    public void What_is_written_is_read_again()
    {
        var graph = GraphText.Parse(Residual);
        Assert.Equal(graph, GraphText.Parse(GraphText.Format(graph)));
        Assert.Equal([4, 3], graph.Nodes[4].Inputs);
        Assert.Equal("batch-norm-2", graph.Nodes[1].Name);
        Assert.Equal(new TensorShape(10), graph.Output);
        Assert.Equal(
            "stem batch-norm-2.scale batch-norm-2.shift batch-norm-2.mean batch-norm-2.variance branch branch.bias head head.bias".Split(' '),
            graph.Layout.Blocks.Select(block => block.Name));
        Assert.Equal((3, 0), graph.NodeOf(1));
    }

    [Theory]
    [InlineData("{", "network: no JSON")]
    [InlineData("[]", "expected an object")]
    [InlineData("""{"input": "3x8x8"}""", "expected 'nodes'")]
    [InlineData("""{"nodes": []}""", "expected 'input'")]
    [InlineData("""{"input": "3x8x8", "nodes": [], "name": "x"}""", "unknown key 'name'")]
    [InlineData("""{"input": "3x8", "nodes": [{"operator": "relu"}]}""", "shape '3x8'")]
    [InlineData("""{"input": "3x8x8", "nodes": []}""", "no nodes")]
    [InlineData("""{"input": "3x8x8", "nodes": [{"name": "a"}]}""", "node 1: expected 'operator'")]
    [InlineData("""{"input": "3x8x8", "nodes": [{"operator": "lstm"}]}""", "node 1, 'lstm-1': operator 'lstm'")]
    [InlineData("""{"input": "3x8x8", "nodes": [{"operator": "linear", "outputs": 3}]}""", "node 'linear-1' (linear): its input is 3x8x8")]
    [InlineData("""{"input": "4", "nodes": [{"operator": "linear", "outputs": []}]}""", "node 1: 'outputs' is no text")]
    [InlineData("""{"input": "4", "nodes": [{"operator": "relu", "inputs": "late"}]}""", "node 1: its input 'late' is no node before it")]
    [InlineData("""{"input": "4", "nodes": [{"operator": "relu"}, {"operator": "tanh", "inputs": "input"}]}""", "'relu-1' (relu): nobody takes")]
    [InlineData("""{"input": "4", "nodes": [{"operator": "relu", "name": "a"}, {"operator": "tanh", "name": "a"}]}""", "another node has this")]
    [InlineData("""{"input": "4", "nodes": [{"operator": "add"}]}""", "1 inputs; expected 2 or more")]
    public void What_is_no_network_is_refused_with_the_node(string text, string expected)
    {
        var error = Assert.Throws<InvalidInputException>(() => GraphText.Parse(text));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
