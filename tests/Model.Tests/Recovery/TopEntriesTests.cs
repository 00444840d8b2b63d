using ActorSparse.Model.Numerics;
using ActorSparse.Model.Recovery;

namespace ActorSparse.Model.Tests.Recovery;

public class TopEntriesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_best_approximation_with_so_many_entries_is_kept(int seed)
    {
        var random = new RandomSource((ulong)seed).Stream("test");
        double[] values = [.. Enumerable.Range(0, 200).Select(_ => random.NextDouble() < 0.2 ? 0 : Math.Round(random.NextGaussian(), 1))];
        foreach (var capacity in (int[])[0, 1, 7, 50, 199, 200, 300])
        {
            var kept = Threshold(values, capacity);
            Assert.Equal(Math.Min(capacity, values.Count(value => value != 0)), kept.Count);
            var dense = SmallProblem.Dense(kept, 20);
            Assert.All(Enumerable.Range(0, 200), index => Assert.True(dense[index] == 0 || dense[index] == values[index]));
            var dropped = Enumerable.Range(0, 200).Where(index => dense[index] == 0).Max(index => Math.Abs(values[index]));
            if (capacity is > 0 and < 100) Assert.True(kept.Values.ToArray().Min(Math.Abs) >= dropped);
            if (capacity >= 200) Assert.Equal(values, dense);

            Assert.True(kept.IsSame(Threshold(dense, capacity)), "is not idempotent");
            Assert.Equal([.. dense.Select(value => value * -2)], SmallProblem.Dense(Threshold([.. values.Select(value => value * -2)], capacity), 20));
            // In any order, and a block at a time.
            var streamed = new TopEntries(capacity);
            for (var block = 19; block >= 0; block--)
                for (var place = 0; place < 10; place++) streamed.Offer(block * 10 + place, values[block * 10 + place]);
            Assert.True(kept.IsSame(streamed.ToVector(10)));
        }
    }

    [Fact]
    public void Of_equal_magnitudes_the_smaller_index_is_kept()
    {
        var kept = Threshold([1, -2, 2, -2, 1, 2, 0, 0, 0, 0], 3);
        Assert.Equal([1L, 2, 3], kept.Indices.ToArray());
        Assert.Equal([-2.0, 2, -2], kept.Values.ToArray());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void What_is_no_number_is_refused(double value) =>
        Assert.Throws<TrainingDivergedException>(() => new TopEntries(3).Offer(1, value));

    private static SparseVector Threshold(double[] values, int capacity)
    {
        var kept = new TopEntries(capacity);
        for (var index = 0; index < values.Length; index++) kept.Offer(index, values[index]);
        return kept.ToVector(10);
    }
}
