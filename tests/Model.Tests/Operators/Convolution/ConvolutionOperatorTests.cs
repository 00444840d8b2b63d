using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Convolution;
using ActorSparse.Model.Tests.Operators.Support;

namespace ActorSparse.Model.Tests.Operators.Convolution;

public sealed class ConvolutionOperatorTests : OperatorContract
{
    private protected override IEnumerable<OperatorCase> Cases =>
    [
        Case(new(3), new(2, 5, 4)),
        Case(new(2) { Kernel = 3, Stride = 2, Bias = false }, new(3, 5, 3)),
        Case(new(2) { Kernel = 2, Stride = 2, Padding = 0 }, new(2, 4, 4)),
        Case(new(4) { Kernel = 1, Padding = 0 }, new(3, 1, 1)),
    ];

    [Theory]
    [InlineData(3, "")]
    [InlineData(5, "padding=1")]
    public void Padding_keeps_the_size_unless_it_is_given(int kernel, string other)
    {
        var options = new List<(string, string)> { ("channels", "4"), ("kernel", $"{kernel}") };
        if (other != "") options.Add((other.Split('=')[0], other.Split('=')[1]));
        var spec = OperatorTable.Create(ConvolutionSpec.Name, options);
        var side = other == "" ? 8 : 6;
        Assert.Equal(new TensorShape(4, side, side), spec.OutputShape([new(3, 8, 8)]));
    }

    private static OperatorCase Case(ConvolutionSpec spec, TensorShape shape) => new(spec, [shape], data => data.PerSample(x =>
    {
        var on = spec.OutputShape([shape]);
        var (kernel, columns) = (spec.Kernel, shape.Channels * spec.Kernel * spec.Kernel);
        var y = new double[on.Count];
        for (var index = 0; index < y.Length; index++)
        {
            var (channel, row, place) = (index / on.Positions, index % on.Positions / on.Width, index % on.Width);
            y[index] = spec.Bias ? data.Dense[0][channel] : 0;
            for (var column = 0; column < columns; column++)
            {
                var (from, dy, dx) = (column / (kernel * kernel), column / kernel % kernel, column % kernel);
                var (at, left) = (row * spec.Stride + dy - spec.Padding, place * spec.Stride + dx - spec.Padding);
                if (at < 0 || at >= shape.Height || left < 0 || left >= shape.Width) continue;
                y[index] += data.Sparse[0][channel * columns + column] * x[(from * shape.Height + at) * shape.Width + left];
            }
        }
        return y;
    }));
}
