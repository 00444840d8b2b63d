using ActorSparse.Model.Operators.Reshaping;
using ActorSparse.Model.Tests.Operators.Support;

namespace ActorSparse.Model.Tests.Operators;

public sealed class ReshapingTests : OperatorContract
{
    private protected override IEnumerable<OperatorCase> Cases =>
    [
        new(new FlattenSpec(), [new(3, 2, 2)], data => data.Inputs[0].Select(sample => sample.ToArray()).ToArray()),
        new(new TokensSpec(), [new(3, 2, 2)], data => data.Inputs[0].Select(sample => sample.ToArray()).ToArray()),
    ];

    [Fact]
    public void Both_are_views()
    {
        Assert.True(new FlattenSpec().IsView);
        Assert.True(new TokensSpec().IsView);
        Assert.Equal(new(24), new FlattenSpec().OutputShape([new(2, 3, 4)]));
        Assert.Equal(new(2, 12, 1), new TokensSpec().OutputShape([new(2, 3, 4)]));
    }
}
