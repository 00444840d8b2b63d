using ActorSparse.Host.Reports;
using ActorSparse.Host.Tests.Runs;
using ActorSparse.Model.Graph.Architectures;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Tests.Reports;

public class ReportTests
{
    [Fact]
    public void The_page_stands_alone_and_shows_every_part()
    {
        var page = Report.Render(Data() with { Name = "<run> & \"co\"" });
        foreach (var foreign in (string[])["<script", "http", "src=", "href", "url("]) Assert.DoesNotContain(foreign, page);
        Assert.Contains("&lt;run&gt; &amp; &quot;co&quot;", page);
        foreach (var title in (string[])["Loss", "Accuracy", "Connections of each layer", "Speed (samples/s)"])
            Assert.Contains($"aria-label=\"{title}\"", page);
        Assert.Contains(">3</td>", page); // of the confusion matrix
        Assert.Equal(3, page.Split("<rect ").Length - 1); // pixels with connections
        Assert.DoesNotContain("NaN", page);
    }

    [Fact]
    public void A_run_that_never_finished_an_epoch_has_a_page_too() => Assert.Contains("<pre>", Report.Render(Data() with { Rows = [] }));

    [Theory]
    [InlineData(0, 1, new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 })]
    [InlineData(0.62, 0.89, new[] { 0.6, 0.7, 0.8, 0.9 })]
    [InlineData(0, 61_234, new double[] { 0, 20_000, 40_000, 60_000, 80_000 })]
    public void Ticks_are_round_and_enclose_the_values(double low, double high, double[] expected) =>
        Assert.Equal(expected, SvgChart.Ticks(low, high, 5).Select(tick => Math.Round(tick, 9)));

    [Fact]
    public void Ticks_of_a_constant_enclose_it()
    {
        foreach (var value in (double[])[0, 1e-9, 35759, -2])
        {
            var ticks = SvgChart.Ticks(value, value, 5);
            Assert.True(ticks[0] <= value && value <= ticks[^1] && ticks[0] < ticks[^1], $"{value}");
        }
    }

    [Fact]
    public void A_network_that_is_no_chain_is_drawn_with_all_nodes_and_lines()
    {
        var graph = NamedNetworks.Create("resnet-8", new(1, 8, 8), 3);
        using var network = Network.Create(new NetworkSpec { Graph = graph, Epsilon = 2 }, new RandomSource(1));
        var page = Report.Render(Data() with { Drawing = GraphDrawing.Render(network) });
        foreach (var node in graph.Nodes) Assert.Contains($"<title>{node.Name}</title>", page, StringComparison.Ordinal);
        Assert.Equal(graph.Nodes.Sum(node => node.Inputs.Count), page.Split("class=\"arrow\"").Length - 1);
        Assert.Contains($"{network.ConnectionCounts()[0]:N0} connections, ", page, StringComparison.Ordinal);
        foreach (var foreign in (string[])["<script", "http", "src=", "href", "NaN"]) Assert.DoesNotContain(foreign, page);
        using var chain = Network.Create(new NetworkSpec { LayerSizes = [4, 3, 2] }, new RandomSource(1));
        Assert.Equal("", GraphDrawing.Render(chain));
    }

    private static ReportData Data() => new()
    {
        Name = "run",
        Facts = [("network", "2-3-2")],
        Rows = [MetricsFileTests.Row(1), MetricsFileTests.Row(2)],
        Configuration = "{}",
        Evaluation = new ClassEvaluation(8, 0.5, new[,] { { 3, 1 }, { 0, 4 } }),
        InputConnections = new[,] { { 1, 0 }, { 5, 2 } },
    };
}
