using ActorSparse.Host.Reports;

namespace ActorSparse.Host.Tests.Reports;

public class HeatMapTests
{
    [Fact]
    public void Cells_are_as_bright_as_their_numbers_and_empty_ones_are_grey()
    {
        var map = new HeatMap("a < b", "rows", "columns", ["r1", "r2"], ["c1", "c2"]);
        var svg = map.Render((row, column) => (row, column) switch { (0, 0) => (0, "low"), (0, 1) => (1, "high"), (1, 0) => (0.5, "half"), _ => null });
        Assert.Contains("a &lt; b", svg);
        foreach (var part in (string[])["fill=\"#440154\"", "fill=\"#fde725\"", "fill=\"#21918c\"", "fill=\"#eef1f4\"", ">low<", ">high<", ">half<", ">r2<", ">c2<"])
            Assert.Contains(part, svg);
    }

    [Fact]
    public void Several_stand_side_by_side_in_a_picture_of_their_own()
    {
        var map = new HeatMap("one", "", "", ["r"], ["c"]);
        Func<int, int, (double Level, string Text)?> cell = (_, _) => (0, "");
        var page = HeatMap.Page([(map, cell), (map with { Title = "two" }, cell), (map with { Title = "three" }, cell)], columns: 2);
        Assert.StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\"", page);
        Assert.Contains($"x=\"{map.Width}\" y=\"0\"", page);
        Assert.Contains($"x=\"0\" y=\"{map.Height}\"", page);
    }
}
