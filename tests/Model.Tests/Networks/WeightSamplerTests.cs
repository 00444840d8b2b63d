using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Tests.Numerics;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace ActorSparse.Model.Tests.Networks;

public class WeightSamplerTests
{
    private const int Count = 200_000;

    [Theory]
    [InlineData(Initializer.HeUniform, 150, 50, 0.2)]
    [InlineData(Initializer.Xavier, 150, 450, 0.1)]
    public void Uniform_initialisers_fill_their_range_evenly(Initializer initializer, int inputs, int outputs, double limit)
    {
        var values = Draw(initializer, inputs, outputs);
        Randomness.AssertDistribution(values, x => Math.Clamp((x + limit) / (2 * limit), 0, 1));
        Assert.All(values, value => Assert.InRange(value, -limit * 1.000001, limit * 1.000001));
    }

    [Fact]
    public void Normal_has_mean_zero_and_deviation_a_tenth()
    {
        var values = Draw(Initializer.Normal, 10, 10);
        Randomness.AssertDistribution(values, x => Normal.CDF(0, 0.1, x));
        Assert.InRange(values.StandardDeviation(), 0.099, 0.101);
    }

    [Fact]
    public void Zero_is_zero() => Assert.All(Draw(Initializer.Zero, 10, 10), value => Assert.Equal(0, value));

    private static double[] Draw(Initializer initializer, int inputs, int outputs)
    {
        using var values = new NativeBuffer<float>(Count);
        new WeightSampler(initializer, inputs, outputs).Fill(values, new RandomSource(7).Stream("weights"));
        return [.. values.Span.ToArray().Select(value => (double)value)];
    }
}
