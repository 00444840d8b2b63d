using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
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
        AssertKolmogorovSmirnov(values, x => Math.Clamp((x + limit) / (2 * limit), 0, 1));
        Assert.All(values, value => Assert.InRange(value, -limit * 1.000001, limit * 1.000001));
    }

    [Fact]
    public void Normal_has_mean_zero_and_deviation_a_tenth()
    {
        var values = Draw(Initializer.Normal, 10, 10);
        AssertKolmogorovSmirnov(values, x => Normal.CDF(0, 0.1, x));
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

    // The critical value of the one-sample test at a level of 0.001.
    private static void AssertKolmogorovSmirnov(double[] values, Func<double, double> distribution)
    {
        var sorted = values.Order().ToArray();
        double largest = 0;
        for (var index = 0; index < sorted.Length; index++)
            largest = Math.Max(largest, Math.Abs(distribution(sorted[index]) - (index + 0.5) / sorted.Length));
        Assert.InRange(largest, 0, 1.95 / Math.Sqrt(sorted.Length));
    }
}
