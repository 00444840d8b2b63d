using MathNet.Numerics.Distributions;

namespace ActorSparse.Model.Tests.Numerics;

/// <summary>
/// Tests of random numbers against the distribution that they should have, each wrong once in a million: with a fixed seed never or always.
/// </summary>
internal static class Randomness
{
    private const double Level = 1e-6;

    /// <summary>Counts are in proportion to <paramref name="weights"/>: Pearson's chi-square test.</summary>
    public static void AssertProportional(IEnumerable<int> counts, IEnumerable<double> weights)
    {
        var (observed, expected) = (counts.ToArray(), weights.ToArray());
        Assert.Equal(expected.Length, observed.Length);
        var scale = observed.Sum(count => (double)count) / expected.Sum();
        var statistic = observed.Zip(expected, (count, weight) => Math.Pow(count - weight * scale, 2) / (weight * scale)).Sum();
        if (observed.Length > 1) Assert.InRange(statistic, 0, ChiSquared.InvCDF(observed.Length - 1, 1 - Level));
    }

    /// <summary>All counts are of equally likely things.</summary>
    public static void AssertUniform(IReadOnlyCollection<int> counts) => AssertProportional(counts, counts.Select(_ => 1.0));

    /// <summary>So many of <paramref name="trials"/> independent ones had a probability of <paramref name="probability"/>.</summary>
    public static void AssertBinomial(long count, long trials, double probability)
    {
        var deviation = Math.Sqrt(trials * probability * (1 - probability));
        var tail = -Normal.InvCDF(0, 1, Level / 2) * deviation + 1;
        Assert.InRange(count, trials * probability - tail, trials * probability + tail);
    }

    /// <summary>Numbers have this cumulative distribution: Kolmogorov's and Smirnov's test with its asymptotic critical value.</summary>
    public static void AssertDistribution(IEnumerable<double> numbers, Func<double, double> cumulative)
    {
        var sorted = numbers.Order().ToArray();
        var largest = sorted.Select((number, index) => Math.Abs(cumulative(number) - (index + 0.5) / sorted.Length)).Max();
        Assert.InRange(largest, 0, Math.Sqrt(-Math.Log(Level / 2) / 2 / sorted.Length));
    }
}
