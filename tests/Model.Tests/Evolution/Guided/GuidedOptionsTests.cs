using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Tests.Evolution.Guided;

public class GuidedOptionsTests
{
    // 200 epochs of 390 updates, evolution until epoch 120.
    private const long UpdatesTotal = 78_000;

    [Theory]
    [InlineData(0, 0.2)]
    [InlineData(11_700, 0.170711)]
    [InlineData(23_400, 0.1)]
    [InlineData(35_100, 0.029289)]
    [InlineData(46_800, 0)]
    [InlineData(60_000, 0)]
    public void The_fraction_falls_along_half_a_cosine(long update, double expected) =>
        Assert.Equal(expected, new GuidedOptions().FractionAt(update, UpdatesTotal), 1e-6);

    [Fact]
    public void Evolutions_are_as_many_as_in_the_reference()
    {
        var options = new GuidedOptions();
        var due = Enumerable.Range(0, (int)UpdatesTotal).Where(update => options.IsDue(update, UpdatesTotal)).ToArray();
        Assert.Equal((46, 999, 45_999), (due.Length, due[0], due[^1]));
        // The specification sums the fractions at multiples of the interval; an update here is one earlier.
        Assert.Equal(4.580, due.Sum(update => options.FractionAt(update + 1, UpdatesTotal)), 0.001);
    }

    [Theory]
    [InlineData(3, 0.2, 1, 0)]
    [InlineData(15, 0.2, 3, 3)]
    [InlineData(30, 0.1, 3, 3)]
    [InlineData(31, 0.1, 4, 3)]
    [InlineData(0, 0.5, 0, 0)]
    public void A_layers_quota_is_rounded_up_and_a_networks_down(long connections, double fraction, long layer, long global)
    {
        Assert.Equal(layer, new GuidedOptions { Budget = ConnectionBudget.Layer }.Quota(connections, fraction));
        Assert.Equal(global, new GuidedOptions { Budget = ConnectionBudget.Global }.Quota(connections, fraction));
    }

    [Fact]
    public void Rules_go_by_their_names()
    {
        Assert.All(TopologyRules.Names, name => Assert.Equal(name, TopologyRules.Create(name, 0.3, new(), 0.9).Name));
        Assert.Contains("gse-graest", Assert.Throws<InvalidInputException>(() => TopologyRules.Create("gse", 0.3, new())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_out_of_range_are_refused_by_name()
    {
        (GuidedOptions Options, string Part)[] cases =
        [
            (new() { GrowSubset = 0 }, "grow subset 0"),
            (new() { PruneFraction = 1.5 }, "prune fraction 1.5"),
            (new() { Interval = 0 }, "evolution interval 0"),
            (new() { Until = double.NaN }, "end of evolution NaN"),
        ];
        foreach (var (options, part) in cases)
            Assert.Contains(part, Assert.Throws<InvalidInputException>(() => new RigLRule(options)).Message, StringComparison.Ordinal);
    }
}
