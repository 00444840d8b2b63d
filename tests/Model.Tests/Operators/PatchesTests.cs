using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Reshaping;
using ActorSparse.Model.Tests.Operators.Support;

namespace ActorSparse.Model.Tests.Operators;

public sealed class PatchesTests : OperatorContract
{
    private protected override IEnumerable<OperatorCase> Cases => [Case(2, new(3, 4, 6)), Case(3, new(1, 3, 3)), Case(1, new(2, 2, 1))];

    [Theory]
    [InlineData(4, 6)]
    [InlineData(6, 4)]
    public void Sides_are_whole_patches(int height, int width) => Assert.Contains(
        "multiples of its patches' 4",
        Assert.Throws<InvalidInputException>(() => new PatchesSpec(4).OutputShape([new(3, height, width)])).Message, StringComparison.Ordinal);

    private static OperatorCase Case(int size, TensorShape shape) => new(new PatchesSpec(size), [shape], data => data.PerSample(x =>
    {
        var on = new PatchesSpec(size).OutputShape([shape]);
        return [.. Enumerable.Range(0, on.Count).Select(index =>
        {
            var (channel, row, column) = (index / on.Positions, index % on.Positions / on.Width, index % on.Width);
            var (of, dy, dx) = (channel / (size * size), channel / size % size, channel % size);
            return x[(of * shape.Height + row * size + dy) * shape.Width + column * size + dx];
        })];
    }));
}
