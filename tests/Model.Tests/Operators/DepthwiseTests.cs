using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Depthwise;
using ActorSparse.Model.Tests.Operators.Support;

namespace ActorSparse.Model.Tests.Operators;

public sealed class DepthwiseTests : OperatorContract
{
    private protected override IEnumerable<OperatorCase> Cases =>
    [
        Case(new(), new(3, 5, 4)),
        Case(new() { Stride = 2, Bias = false }, new(4, 5, 3)),
        Case(new() { Kernel = 2, Stride = 3, Padding = 1 }, new(2, 4, 7)),
        Case(new() { Kernel = 5, Padding = 2 }, new(2, 2, 3)),
        Case(new() { Kernel = 1, Padding = 0 }, new(3, 1, 1)),
    ];

    [Fact]
    public void The_kernel_fits_into_the_image_with_its_border()
    {
        Assert.Contains("its input is 4x2x3; expected room for a kernel of 3 x 3", Refused(new() { Padding = 0 }), StringComparison.Ordinal);
        Assert.Contains("expected at most", Refused(new() { Padding = int.MaxValue }), StringComparison.Ordinal);
        static string Refused(DepthwiseSpec spec) =>
            Assert.Throws<InvalidInputException>(() => spec.OutputShape([new(4, 2, 3)])).Message;
    }

    private static OperatorCase Case(DepthwiseSpec spec, TensorShape shape) => new(spec, [shape], data => data.PerSample(x =>
    {
        var on = spec.OutputShape([shape]);
        var places = spec.Kernel * spec.Kernel;
        var y = new double[on.Count];
        for (var index = 0; index < y.Length; index++)
        {
            var (channel, row, column) = (index / on.Positions, index % on.Positions / on.Width, index % on.Width);
            y[index] = spec.Bias ? data.Dense[0][channel] : 0;
            for (var place = 0; place < places; place++)
            {
                var (at, left) = (row * spec.Stride + place / spec.Kernel - spec.Padding, column * spec.Stride + place % spec.Kernel - spec.Padding);
                if (at < 0 || at >= shape.Height || left < 0 || left >= shape.Width) continue;
                y[index] += data.Sparse[0][channel * places + place] * x[(channel * shape.Height + at) * shape.Width + left];
            }
        }
        return y;
    }));
}
