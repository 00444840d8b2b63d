using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Tests.Numerics;
using MathNet.Numerics.Distributions;

namespace ActorSparse.Model.Tests.Sparse;

public class ErdosRenyiTests
{
    [Fact]
    public void Connection_counts_of_many_layers_follow_the_binomial_distribution()
    {
        const int Layers = 400, Inputs = 37, Outputs = 23;
        var probability = ErdosRenyi.ConnectionProbability(Inputs, Outputs, 2);
        double chiSquare = 0;
        var random = new RandomSource(11);
        for (var layer = 0; layer < Layers; layer++)
        {
            using var topology = ErdosRenyi.Sample(Inputs, Outputs, 2, random.Stream("layer", layer));
            var deviation = topology.ConnectionCount - probability * Inputs * Outputs;
            chiSquare += deviation * deviation / (Inputs * Outputs * probability * (1 - probability));
        }
        Assert.InRange(chiSquare, ChiSquared.InvCDF(Layers, 0.001), ChiSquared.InvCDF(Layers, 0.999));
    }

    [Theory]
    [InlineData(7, 5, 0.4)]
    [InlineData(5, 7, 1.5)]
    [InlineData(3, 11, 2.2)]
    [InlineData(12, 1, 0.5)]
    public void Every_position_is_taken_equally_often(int inputs, int outputs, double epsilon)
    {
        const int Draws = 20_000;
        var probability = ErdosRenyi.ConnectionProbability(inputs, outputs, epsilon);
        Assert.InRange(probability, 0.01, 0.99);
        var hits = new int[inputs * outputs];
        var random = new RandomSource(5);
        for (var draw = 0; draw < Draws; draw++)
        {
            using var topology = ErdosRenyi.Sample(inputs, outputs, epsilon, random.Stream("layer", draw));
            for (var row = 0; row < outputs; row++)
                foreach (var column in topology.Row(row)) hits[row * inputs + column]++;
        }
        var chiSquare = hits.Sum(hit => Math.Pow(hit - Draws * probability, 2) / (Draws * probability * (1 - probability)));
        Assert.InRange(chiSquare, ChiSquared.InvCDF(hits.Length, 0.0005), ChiSquared.InvCDF(hits.Length, 0.9995));
    }

    [Fact]
    public void Neighbouring_positions_are_independent()
    {
        const int Size = 400;
        using var topology = ErdosRenyi.Sample(Size, Size, 40, new RandomSource(3).Stream("layer"));
        var probability = ErdosRenyi.ConnectionProbability(Size, Size, 40);
        var pairs = 0;
        for (var row = 0; row < Size; row++)
        {
            var columns = topology.Row(row);
            for (var index = 1; index < columns.Length; index++) pairs += columns[index] == columns[index - 1] + 1 ? 1 : 0;
        }
        Randomness.AssertBinomial(pairs, Size * (Size - 1), probability * probability);
    }

    [Fact]
    public void The_same_seed_gives_the_same_topology_and_another_seed_another()
    {
        using var first = ErdosRenyi.Sample(300, 200, 3, new RandomSource(1).Stream("layer"));
        using var again = ErdosRenyi.Sample(300, 200, 3, new RandomSource(1).Stream("layer"));
        using var other = ErdosRenyi.Sample(300, 200, 3, new RandomSource(2).Stream("layer"));
        Assert.Equal(first.Id, again.Id);
        Assert.NotEqual(first.Id, other.Id);
    }

    [Fact]
    public void A_probability_of_one_or_more_gives_a_full_layer()
    {
        using var topology = ErdosRenyi.Sample(9, 4, 20, new RandomSource(1).Stream("layer"));
        Assert.Equal(36, topology.ConnectionCount);
        for (var row = 0; row < 4; row++) Assert.Equal(Enumerable.Range(0, 9), topology.Row(row).ToArray());
    }

    [Fact]
    public void The_widest_layer_is_sampled_without_overflow()
    {
        const int Outputs = 1000;
        using var topology = ErdosRenyi.Sample(int.MaxValue, Outputs, 1e-5, new RandomSource(9).Stream("layer"));
        Randomness.AssertBinomial(
            topology.ConnectionCount, (long)int.MaxValue * Outputs, ErdosRenyi.ConnectionProbability(int.MaxValue, Outputs, 1e-5));
        Randomness.AssertDistribution(
            Enumerable.Range(0, Outputs).SelectMany(row => topology.Row(row).ToArray().Select(column => (double)column)),
            column => column / int.MaxValue);
    }

    [Fact]
    public void A_hardly_connected_layer_may_be_empty()
    {
        using var topology = ErdosRenyi.Sample(1_000_000, 1000, 1e-12, new RandomSource(9).Stream("layer"));
        Assert.Equal(0, topology.ConnectionCount);
        Assert.Equal(0, topology.RowStart(1000));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Epsilon_must_be_positive(double epsilon) =>
        Assert.Contains("epsilon", Assert.Throws<InvalidInputException>(
            () => ErdosRenyi.Sample(10, 10, epsilon, new RandomSource(1).Stream("layer"))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_layer_of_more_connections_than_an_index_can_count_is_refused() =>
        Assert.Contains("2147483647", Assert.Throws<InvalidInputException>(
            () => ErdosRenyi.Sample(int.MaxValue, int.MaxValue, 1, new RandomSource(1).Stream("layer"))).Message, StringComparison.Ordinal);
}
