using ActorSparse.Model.Operators.Pooling;
using ActorSparse.Model.Tests.Operators.Support;

namespace ActorSparse.Model.Tests.Operators;

public sealed class GlobalMeanTests : OperatorContract
{
    private protected override IEnumerable<OperatorCase> Cases =>
        [new(new GlobalMeanSpec(), [new(3, 5, 2)], data => data.PerSample(x => [.. x.Chunk(10).Select(channel => channel.Average())]))];
}
