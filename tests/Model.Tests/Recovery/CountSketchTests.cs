using ActorSparse.Model.Recovery;

namespace ActorSparse.Model.Tests.Recovery;

public class CountSketchTests
{
    [Fact]
    public void Cells_are_those_of_the_reference_s_hash()
    {
        var sketch = new CountSketch(16, [994443, 1, 3, 5], [609478, 0, 0, 0], 1);
        Assert.Equal([9, 1, 13, 10, 5, 8], Enumerable.Range(0, 6).Select(index => sketch.Cell(0, index)));
    }

    [Fact]
    public void Sums_are_exact_while_indices_do_not_collide()
    {
        var sketch = new CountSketch(1 << 16, 3);
        for (var pass = 0; pass < 3; pass++)
            for (var index = 0; index < 5; index++) sketch.Add(index * 1_000_003L, index + 0.5);
        for (var index = 0; index < 5; index++) Assert.Equal(3 * (index + 0.5), sketch.Estimate(index * 1_000_003L));
        Assert.Equal(0, sketch.Estimate(77));
    }

    [Fact]
    public void It_is_linear_and_large_sums_stand_out()
    {
        CountSketch Of(double factor)
        {
            var sketch = new CountSketch(CountSketch.WidthFor(20, 5000), 7);
            for (var index = 0; index < 5000; index++) sketch.Add(index, factor * (index % 500 == 0 ? 100 : 0.1));
            return sketch;
        }
        var (one, twice) = (Of(1), Of(-2));
        for (var index = 0; index < 5000; index += 7) Assert.Equal(-2 * one.Estimate(index), twice.Estimate(index), 1e-9);
        // Of ten in a hundred cells now and then two share two of their four.
        Assert.True(Enumerable.Range(0, 10).Count(index => one.Estimate(index * 500) is > 90 and < 110) >= 9);
    }

    [Theory]
    [InlineData(10, 10, 10)]
    [InlineData(10, 1000, 46)]
    public void The_width_goes_with_the_budget_and_the_logarithm_of_the_length(int budget, long length, int width) =>
        Assert.Equal(width, CountSketch.WidthFor(budget, length));
}
