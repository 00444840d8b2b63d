using ActorSparse.Model.Graph;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Wire;

namespace ActorSparse.Model.Tests.Wire;

public class GraphCodecTests
{
    [Fact]
    public void Messages_of_one_training_share_the_graph_and_its_text()
    {
        var spec = new NetworkSpec { Graph = GraphText.Parse(Text(31)), Distribution = ConnectionDistribution.Uniform };
        Assert.Same(GraphCodec.Format(spec.Graph), GraphCodec.Format(spec.Graph));
        Assert.Equal(GraphText.Format(spec.Graph), GraphCodec.Format(spec.Graph));
        var (first, second) = (Copy(spec), Copy(spec));
        Assert.Equal(spec with { LayerSizes = [] }, first with { LayerSizes = [] });
        Assert.Same(first.Graph, second.Graph);
    }

    [Fact]
    public void A_few_graphs_are_remembered_and_no_more()
    {
        var first = GraphCodec.Parse(Text(41));
        for (var outputs = 42; outputs < 60; outputs++) Assert.Equal(outputs, GraphCodec.Parse(Text(outputs)).Output.Count);
        var again = GraphCodec.Parse(Text(41));
        Assert.Equal(first, again);
        Assert.NotSame(first, again);
    }

    [Fact]
    public void Threads_that_read_at_once_get_one_graph()
    {
        var graphs = new GraphSpec[64];
        Parallel.For(0, graphs.Length, index => graphs[index] = GraphCodec.Parse(Text(index % 2 + 61)));
        for (var index = 0; index < graphs.Length; index++) Assert.Equal(index % 2 + 61, graphs[index].Output.Count);
    }

    [Fact]
    public void What_is_no_graph_is_refused_every_time()
    {
        for (var attempt = 0; attempt < 2; attempt++) Assert.Throws<InvalidInputException>(() => GraphCodec.Parse("{\"input\": \"4\"}"));
    }

    private static string Text(int outputs) =>
        $$"""{"input": "4", "nodes": [{"operator": "linear", "outputs": 5}, {"operator": "relu"}, {"operator": "linear", "outputs": {{outputs}}}]}""";

    private static NetworkSpec Copy(NetworkSpec spec)
    {
        var writer = new WireWriter();
        SpecCodec.Write(writer, spec);
        using var bytes = writer.Finish();
        return SpecCodec.Read(new([bytes.ToArray()]));
    }
}
