using ActorSparse.Model.Operators.Positions;
using ActorSparse.Model.Tests.Operators.Support;

namespace ActorSparse.Model.Tests.Operators;

public sealed class PositionsTests : OperatorContract
{
    private protected override IEnumerable<OperatorCase> Cases =>
    [
        new(new PositionsSpec(IsLearned: true), [new(3, 2, 3)],
            data => data.PerSample(x => [.. x.Select((value, index) => value + data.Dense[0][index])])),
        new(new PositionsSpec(), [new(12, 2, 3)], data => data.PerSample(x => [.. x.Select((value, index) => value + Embedding(index))])),
    ];

    [Fact]
    public void Sines_and_cosines_need_channels_in_fours()
    {
        Assert.Throws<InvalidInputException>(() => new PositionsSpec().OutputShape([new(6, 2, 2)]));
        Assert.Equal(new(6, 2, 2), new PositionsSpec(IsLearned: true).OutputShape([new(6, 2, 2)]));
    }

    [Fact]
    public void Four_channels_have_one_frequency() => Assert.Equal(
        [0f, MathF.Sin(1), 1, MathF.Cos(1), 0, 0, 1, 1],
        Evaluation.Of(new PositionsSpec(), [new(4, 1, 2)], [new float[8]]).Select(value => value));

    // 12 channels of 2 x 3: sin, cos of x, then of y, with frequencies 1, 1/100 and 1/10,000.
    private static double Embedding(int index)
    {
        var (channel, row, column) = (index / 6, index % 6 / 3, index % 3);
        var frequency = new[] { 1, 0.01, 0.0001 }[channel % 3];
        return (channel / 3) switch
        {
            0 => Math.Sin(column * frequency),
            1 => Math.Cos(column * frequency),
            2 => Math.Sin(row * frequency),
            _ => Math.Cos(row * frequency),
        };
    }
}
