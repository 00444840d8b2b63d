using ActorSparse.Model.Evolution;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Tests.Numerics;
using MathNet.Numerics;

namespace ActorSparse.Model.Tests.Evolution;

public class DistinctRanksTests
{
    [Theory]
    [InlineData(6, 0)]
    [InlineData(6, 2)]
    [InlineData(6, 3)]
    [InlineData(6, 4)]
    [InlineData(6, 6)]
    [InlineData(1, 1)]
    public void Every_set_is_equally_likely(int population, int count)
    {
        const int Draws = 30_000;
        var sets = new Dictionary<string, int>();
        var random = new RandomSource(2).Stream("ranks");
        for (var draw = 0; draw < Draws; draw++)
        {
            var ranks = new long[count];
            DistinctRanks.Draw(population, ranks, random);
            var key = string.Join(',', ranks);
            sets[key] = sets.GetValueOrDefault(key) + 1;
        }
        var possible = Combinatorics.Combinations(population, count);
        Assert.Equal(possible, sets.Count);
        Randomness.AssertUniform(sets.Values);
    }

    [Theory]
    [InlineData(1000, 499)]
    [InlineData(1000, 501)]
    [InlineData(1L << 61, 5000)]
    [InlineData(123_456_789_012, 100_000)]
    public void Ranks_ascend_strictly_within_the_population(long population, int count)
    {
        var ranks = new long[count];
        DistinctRanks.Draw(population, ranks, new RandomSource(6).Stream("ranks"));
        Assert.InRange(ranks[0], 0, population - 1);
        Assert.InRange(ranks[^1], 0, population - 1);
        for (var index = 1; index < count; index++) Assert.True(ranks[index] > ranks[index - 1]);
    }
}
