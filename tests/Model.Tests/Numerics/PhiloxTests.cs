using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Tests.Numerics;

public sealed class PhiloxTests
{
    // The known-answer vectors of Random123 (kat_vectors, philox4x32 with 10 rounds).
    [Theory]
    [InlineData(0UL, 0UL, 0UL, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x299f31d0a4093822UL, 0x85a308d3243f6a88UL, 0x0370734413198a2eUL, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Blocks_are_those_of_the_reference_implementation(ulong key, ulong low, ulong high, uint x0, uint x1, uint x2, uint x3) =>
        Assert.Equal((x0, x1, x2, x3), Philox.Block(key, low, high));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void Many_words_at_once_are_those_drawn_one_by_one(int drawnBefore)
    {
        foreach (var count in new[] { 0, 1, 3, 15, 16, 17, 100, 515 })
        {
            RandomStream one = new(77) { Position = (1UL << 34) - 100 }, many = new(77) { Position = (1UL << 34) - 100 };
            for (var draw = 0; draw < drawnBefore; draw++) Assert.Equal(one.NextUInt32(), many.NextUInt32());
            var words = new ulong[count];
            many.NextUInt64s(words);
            Assert.Equal(Enumerable.Range(0, count).Select(_ => one.NextUInt64()).ToArray(), words);
            Assert.Equal((one.Position, one.NextUInt32()), (many.Position, many.NextUInt32()));
        }
    }
}
