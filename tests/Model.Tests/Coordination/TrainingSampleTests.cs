using ActorSparse.Model.Coordination;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Tests.Coordination;

public class TrainingSampleTests
{
    [Theory]
    [InlineData(5, 8)]
    [InlineData(8, 8)]
    public void A_small_training_set_is_its_own_sample(int samples, int sizeMax) =>
        Assert.Equal(Enumerable.Range(0, samples), TrainingSample.Draw(samples, new(1), sizeMax));

    [Fact]
    public void Distinct_samples_are_drawn_in_order_by_the_seed_and_every_one_is_as_likely()
    {
        Assert.Equal(TrainingSample.Draw(100_000, new(3)), TrainingSample.Draw(100_000, new(3)));
        Assert.NotEqual(TrainingSample.Draw(100_000, new(3)), TrainingSample.Draw(100_000, new(4)));
        var counts = new int[10];
        const int Seeds = 3_000;
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            var drawn = TrainingSample.Draw(10, new RandomSource(seed), 4);
            Assert.Equal(4, drawn.Distinct().Count());
            Assert.Equal(drawn.Order(), drawn);
            foreach (var sample in drawn) counts[sample]++;
        }
        // 1200 expected, with a deviation of 27.
        Assert.All(counts, count => Assert.InRange(count, 1_080, 1_320));
    }
}
