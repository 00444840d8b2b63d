using ActorSparse.Model.Numerics;
using MathNet.Numerics.Distributions;

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
        Randomness.AssertUniform(counts);
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.NextInt64(0));
    }

    [Fact]
    public void Reals_are_uniform_in_the_unit_interval_and_gaussians_are_normal()
    {
        var stream = new RandomStream(4);
        var draws = Enumerable.Range(0, 100_000)
            .Select(_ => (Real: stream.NextDouble(), Single: (double)stream.NextSingle(), Gaussian: stream.NextGaussian())).ToArray();
        foreach (var real in draws.SelectMany(draw => new[] { draw.Real, draw.Single })) Assert.InRange(real, 0, 1 - 1e-8);
        Randomness.AssertDistribution(draws.Select(draw => draw.Real), real => real);
        Randomness.AssertDistribution(draws.Select(draw => draw.Single), real => real);
        Randomness.AssertDistribution(draws.Select(draw => draw.Gaussian), gaussian => Normal.CDF(0, 1, gaussian));
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
        Randomness.AssertUniform([.. places.Cast<int>()]);
    }
}
