using ActorSparse.Model.Operators.Concat;
using ActorSparse.Model.Tests.Operators.Support;

namespace ActorSparse.Model.Tests.Operators;

public sealed class ConcatTests : OperatorContract
{
    private protected override IEnumerable<OperatorCase> Cases =>
    [
        new(new ConcatSpec(), [new(2, 3, 1), new(1, 3, 1), new(4, 3, 1)], data =>
            [.. Enumerable.Range(0, data.Batch).Select(sample => data.Inputs.SelectMany(input => input[sample]).ToArray())]),
    ];

    [Fact]
    public void Channels_add_up_and_positions_are_the_same()
    {
        Assert.Equal(new(7, 3, 2), new ConcatSpec().OutputShape([new(5, 3, 2), new(2, 3, 2)]));
        var error = Assert.Throws<InvalidInputException>(() => new ConcatSpec().OutputShape([new(3, 2, 2), new(3, 2, 1)]));
        Assert.Contains("3x2x2 and 3x2x1", error.Message, StringComparison.Ordinal);
    }
}
