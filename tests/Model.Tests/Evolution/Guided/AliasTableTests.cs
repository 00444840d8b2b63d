using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Tests.Numerics;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Evolution.Guided;

public class AliasTableTests
{
    public static TheoryData<double[]> Weights => new()
    {
        new double[] { 1 },
        new double[] { 1, 3, 3 },
        new double[] { 0, 2, 5, 0 },
        new double[] { 4, 4, 4, 4 },
        new double[] { 1e-30, 1 },
        new double[] { 1e300, 1e-300, 3e299 },
    };

    [Theory]
    [MemberData(nameof(Weights))]
    public void The_table_holds_exactly_the_probabilities_it_was_built_from(double[] weights) => AssertReconstructs(weights);

    [Fact]
    public void So_does_the_table_of_any_weights() =>
        Gen.OneOf(Gen.Const(0.0), Gen.Int[-24, 24].Select(exponent => Math.Exp(exponent)), Gen.Double.Unit).Array[0, 500]
            .ForAll(200, weights => AssertReconstructs([.. weights, 1]));

    [Fact]
    public void Draws_follow_the_weights() => Randomness.AssertProportional(Draw([1, 3, 3], 70_000), [1, 3, 3]);

    [Theory]
    [InlineData(0.0)]
    [InlineData(1e-30)]
    public void What_has_no_weight_to_speak_of_is_never_drawn(double weight)
    {
        var hits = Draw([3, weight, 1], 70_000);
        Assert.Equal(0, hits[1]);
        Randomness.AssertProportional([hits[0], hits[2]], [3, 1]);
    }

    [Fact]
    public void Building_takes_linear_time()
    {
        foreach (var count in new[] { 1, 10, 1_000, 100_000 })
        {
            var random = new RandomSource(3).Stream("weights");
            var table = new AliasTable([.. Enumerable.Range(0, count).Select(_ => random.NextDouble())]);
            Assert.InRange(table.Steps, count, 2L * count);
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Weights_without_a_positive_finite_sum_are_refused(double weight) =>
        Assert.Throws<ArgumentException>(() => new AliasTable([weight, 0]));

    private static void AssertReconstructs(double[] weights)
    {
        var table = new AliasTable(weights);
        var probabilities = Enumerable.Range(0, table.Count).Select(index => table[index].Acceptance).ToArray();
        Assert.All(probabilities, acceptance => Assert.InRange(acceptance, 0, 1));
        for (var index = 0; index < weights.Length; index++) probabilities[table[index].Alias] += 1 - table[index].Acceptance;
        var total = weights.Sum();
        for (var index = 0; index < weights.Length; index++) Assert.Equal(weights[index] / total, probabilities[index] / weights.Length, 1e-12);
    }

    private static int[] Draw(double[] weights, int count)
    {
        var table = new AliasTable(weights);
        var random = new RandomSource(11).Stream("draws");
        var hits = new int[weights.Length];
        for (var draw = 0; draw < count; draw++) hits[table.Draw(random.NextUInt64())]++;
        return hits;
    }
}
