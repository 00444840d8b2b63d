using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Pooling;
using ActorSparse.Model.Tests.Operators.Support;

namespace ActorSparse.Model.Tests.Operators;

public sealed class PoolTests : OperatorContract
{
    private protected override IEnumerable<OperatorCase> Cases => Enum.GetValues<PoolFunction>().SelectMany(function => (OperatorCase[])
    [
        Case(new(function, 2), new(3, 4, 5)),
        Case(new(function, 3) { Stride = 2, Padding = 1 }, new(2, 5, 4)),
        Case(new(function, 2) { Stride = 1, Padding = 1 }, new(1, 3, 2)),
        Case(new(function, 1) { Stride = 2 }, new(2, 3, 3)),
    ]);

    [Fact]
    public void Windows_that_end_beyond_the_border_are_left_out()
    {
        Assert.Equal(new(8, 2, 3), new PoolSpec(PoolFunction.Max, 2).OutputShape([new(8, 5, 6)]));
        Assert.Equal(new(8, 3, 3), (new PoolSpec(PoolFunction.Max, 3) { Stride = 2, Padding = 1 }).OutputShape([new(8, 5, 6)]));
        Assert.Throws<InvalidInputException>(() => new PoolSpec(PoolFunction.Max, 3).OutputShape([new(8, 2, 6)]));
        Assert.Throws<InvalidInputException>(() => (new PoolSpec(PoolFunction.Max, 3) { Padding = 2 }).OutputShape([new(8, 9, 9)]));
    }

    [Fact]
    public void Of_equal_largest_numbers_the_first_takes_the_gradient()
    {
        using var run = new OperatorRun(new PoolSpec(PoolFunction.Max, 2), [new(1, 2, 2)], 1, 1, 1, "", isFilled: false);
        run.Delta.Row(0)[0] = 3;
        run.Train();
        Assert.Equal([3f, 0, 0, 0], OperatorRun.Samples(run.InputDeltas[0]!)[0]);
    }

    private static OperatorCase Case(PoolSpec spec, TensorShape shape)
    {
        var output = spec.OutputShape([shape]);
        return new(spec, [shape], data => data.PerSample(x =>
        {
            var y = new double[output.Count];
            for (var index = 0; index < y.Length; index++)
            {
                var (channel, place) = (index / output.Positions, index % output.Positions);
                var (top, left) = (place / output.Width * spec.Stride - spec.Padding, place % output.Width * spec.Stride - spec.Padding);
                var window = new List<double>();
                for (var row = Math.Max(top, 0); row < Math.Min(top + spec.Size, shape.Height); row++)
                    for (var column = Math.Max(left, 0); column < Math.Min(left + spec.Size, shape.Width); column++)
                        window.Add(x[(channel * shape.Height + row) * shape.Width + column]);
                y[index] = spec.Function == PoolFunction.Max ? window.Max() : window.Sum() / (spec.Size * spec.Size);
            }
            return y;
        }));
    }
}
