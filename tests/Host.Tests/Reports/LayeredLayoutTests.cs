using ActorSparse.Host.Reports;

namespace ActorSparse.Host.Tests.Reports;

public class LayeredLayoutTests
{
    private const double Width = 100, Height = 20;

    // A chain with a way around two nodes, and one with two branches of different length.
    public static TheoryData<int[][]> Graphs =>
    [
        [[], [0], [1], [2], [3, 0]],
        [[], [0], [0], [2], [1, 3, 0], [4]],
        [[], [0, 0], [1], [1], [1], [2, 3, 4], [5, 0]],
    ];

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Nodes_come_below_their_inputs_and_touch_nothing(int[][] inputs)
    {
        var layout = Of(inputs);
        for (var node = 0; node < inputs.Length; node++)
        {
            var (x, y) = layout.Top(node);
            Assert.InRange(x, Width / 2 - 1e-9, layout.Width - Width / 2 + 1e-9);
            Assert.InRange(y, 0, layout.Height - Height + 1e-9);
            foreach (var source in inputs[node]) Assert.True(layout.Top(source).Y + Height < y);
            for (var other = 0; other < node; other++)
                Assert.True(Math.Abs(layout.Top(other).X - x) >= Width || Math.Abs(layout.Top(other).Y - y) > Height);
        }
    }

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Lines_lead_from_node_to_node_and_through_none(int[][] inputs)
    {
        var layout = Of(inputs);
        for (var node = 0; node < inputs.Length; node++)
        {
            for (var source = 0; source < inputs[node].Length; source++)
            {
                var points = layout.Line(node, source).ToList();
                var (x, y) = layout.Top(inputs[node][source]);
                Assert.Equal((x, y + Height), points[0]);
                Assert.Equal(layout.Top(node), points[^1]);
                for (var point = 1; point < points.Count; point++)
                {
                    Assert.True(points[point].Y >= points[point - 1].Y);
                    var (middle, centre) = ((points[point].X + points[point - 1].X) / 2, (points[point].Y + points[point - 1].Y) / 2);
                    Assert.DoesNotContain(Enumerable.Range(0, inputs.Length), other =>
                        Math.Abs(layout.Top(other).X - middle) < Width / 2 && centre > layout.Top(other).Y && centre < layout.Top(other).Y + Height);
                }
            }
        }
    }

    [Fact]
    public void A_chain_stays_in_one_column_beside_what_passes_it()
    {
        // The last node but one is beside it.
        var layout = Of([[], [0], [1], [2], [3, 0], [4], [5], [6, 4], [7], [7], [8], [10, 9]]);
        Assert.All([1, 2, 3, 4, 5, 6, 7], node => Assert.Equal(layout.Top(0).X, layout.Top(node).X, 5));
        Assert.All([8, 10, 11], node => Assert.Equal(layout.Top(0).X, layout.Top(node).X, 5.0));
    }

    private static LayeredLayout Of(int[][] inputs) => new(inputs, [.. inputs.Select(_ => (Width, Height))]);
}
