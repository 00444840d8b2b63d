using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Tests.Numerics;

public sealed class RandomStreamTests
{
    [Fact]
    public void Words_are_the_blocks_of_philox_in_order()
    {
        var stream = new RandomStream(42);
        for (ulong block = 0; block < 5; block++)
        {
            var (x0, x1, x2, x3) = Philox.Block(42, block);
            foreach (var word in new[] { x0, x1, x2, x3 }) Assert.Equal(word, stream.NextUInt32());
        }
    }

    [Fact]
    public void A_position_saved_is_a_position_restored()
    {
        for (var skipped = 0; skipped < 9; skipped++)
        {
            var stream = new RandomStream(7);
            for (var draw = 0; draw < skipped; draw++) stream.NextUInt32();
            var restored = new RandomStream(7) { Position = stream.Position };
            for (var draw = 0; draw < 10; draw++) Assert.Equal(stream.NextUInt64(), restored.NextUInt64());
        }
    }

    [Fact]
    public void Streams_differ_by_seed_name_and_indices_and_repeat_for_the_same_ones()
    {
        var source = new RandomSource(1);
        ulong[] keys =
        [
            source.Key("prune"), source.Key("grow"), source.Key("grow", 0), source.Key("grow", 1), source.Key("grow", 0, 1),
            source.Key("grow", 1, 0), source.Key("growth"), new RandomSource(2).Key("grow"),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(source.Key("grow", 1, 0), new RandomSource(1).Key("grow", 1, 0));
    }

    [Fact]
    public void Bounded_integers_are_uniform()
    {
        const int Bound = 7, Draws = 70_000;
        var stream = new RandomStream(3);
        var counts = new int[Bound];
        for (var draw = 0; draw < Draws; draw++) counts[stream.NextInt32(Bound)]++;
        // 99.99 % point of chi-square with 6 degrees of freedom.
        Assert.True(counts.Sum(count => Math.Pow(count - Draws / Bound, 2) / (Draws / Bound)) < 27.9, string.Join(' ', counts));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.NextInt64(0));
    }

    [Fact]
    public void Reals_lie_in_the_unit_interval_and_gaussians_have_their_moments()
    {
        const int Draws = 100_000;
        var stream = new RandomStream(4);
        var (sum, squares) = (0.0, 0.0);
        for (var draw = 0; draw < Draws; draw++)
        {
            Assert.InRange(stream.NextDouble(), 0, 1 - 1e-16);
            Assert.InRange(stream.NextSingle(), 0, 1 - 1e-8f);
            var gaussian = stream.NextGaussian();
            sum += gaussian;
            squares += gaussian * gaussian;
        }
        // Four deviations of the two estimates.
        Assert.InRange(sum / Draws, -4 / Math.Sqrt(Draws), 4 / Math.Sqrt(Draws));
        Assert.InRange(squares / Draws, 1 - 4 * Math.Sqrt(2.0 / Draws), 1 + 4 * Math.Sqrt(2.0 / Draws));
    }

    [Fact]
    public void A_shuffle_permutes_and_every_item_reaches_every_place()
    {
        var stream = new RandomStream(5);
        var places = new int[4, 4];
        for (var trial = 0; trial < 8000; trial++)
        {
            int[] items = [0, 1, 2, 3];
            stream.Shuffle(items.AsSpan());
            Assert.Equal(6, items.Sum());
            for (var place = 0; place < 4; place++) places[items[place], place]++;
        }
        foreach (var count in places) Assert.InRange(count, 1800, 2200);
    }
}
