using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.PadChannels;
using ActorSparse.Model.Tests.Operators.Support;

namespace ActorSparse.Model.Tests.Operators;

public sealed class PadChannelsTests : OperatorContract
{
    private protected override IEnumerable<OperatorCase> Cases =>
        [Case(new(6) { Stride = 2 }, new(3, 5, 4)), Case(new(4) { Stride = 1 }, new(2, 2, 3)), Case(new(2) { Stride = 3 }, new(2, 4, 7))];

    [Fact]
    public void Channels_cannot_become_fewer() =>
        Assert.Throws<InvalidInputException>(() => new PadChannelsSpec(2).OutputShape([new(3, 2, 2)]));

    private static OperatorCase Case(PadChannelsSpec spec, TensorShape shape)
    {
        var output = spec.OutputShape([shape]);
        return new(spec, [shape], data => data.PerSample(x =>
        {
            var y = new double[output.Count];
            var before = (spec.Outputs - shape.Channels) / 2;
            for (var channel = 0; channel < shape.Channels; channel++)
                for (var row = 0; row < output.Height; row++)
                    for (var column = 0; column < output.Width; column++)
                        y[((channel + before) * output.Height + row) * output.Width + column] =
                            x[(channel * shape.Height + row * spec.Stride) * shape.Width + column * spec.Stride];
            return y;
        }));
    }
}
