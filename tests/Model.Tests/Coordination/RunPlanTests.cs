using ActorSparse.Model.Coordination;

namespace ActorSparse.Model.Tests.Coordination;

public class RunPlanTests
{
    [Theory]
    [InlineData(PhaseTwoTopology.Shared, 2, null, 4)]
    [InlineData(PhaseTwoTopology.Shared, 2, 3, 3)]
    [InlineData(PhaseTwoTopology.Own, 2, null, 1)]
    [InlineData(PhaseTwoTopology.Own, 2, 3, 3)]
    [InlineData(PhaseTwoTopology.Shared, 1, null, 1)]
    [InlineData(PhaseTwoTopology.Own, 1, null, 1)]
    public void Every_epoch_is_a_round_where_several_replicas_share_a_topology(
        PhaseTwoTopology topology, int workers, int? rounds, int expected)
    {
        var plan = Plan(topology, workers, rounds);
        Assert.Equal((6, expected, 10), (plan.PhaseOneEpochs, plan.Rounds, plan.FirstEpoch(plan.Rounds)));
        Assert.Equal(topology == PhaseTwoTopology.Shared && workers > 1, plan.IsTopologyShared);
    }

    [Fact]
    public void What_is_shared_evolves_after_every_round_but_the_last_and_nothing_else_does_in_phase_two()
    {
        int[] phaseOne = [0, 1, 2, 3, 4, 5];
        Assert.Equal([.. phaseOne, 6, 7, 8], Evolving(Plan(PhaseTwoTopology.Shared, 2, null)));
        // Rounds of two epochs each.
        Assert.Equal([.. phaseOne, 7], Evolving(Plan(PhaseTwoTopology.Shared, 2, 2)));
        Assert.Equal(phaseOne, Evolving(Plan(PhaseTwoTopology.Own, 2, 2)));
        Assert.Equal(phaseOne, Evolving(Plan(PhaseTwoTopology.Shared, 1, null)));
    }

    [Fact]
    public void Rounds_without_an_epoch_are_refused_in_one_line()
    {
        var error = Assert.Throws<InvalidInputException>(() => Plan(PhaseTwoTopology.Shared, 2, 5));
        Assert.Equal("5 rounds: phase two has 4 of 10 epochs; expected at least one a round", error.Message);
        Assert.Equal(0, new RunPlan(10, new() { PhaseTwoFraction = 0, Rounds = 5, Workers = 2 }).Rounds);
        Assert.Throws<InvalidInputException>(() => Plan(PhaseTwoTopology.Shared, 2, 0));
    }

    private static RunPlan Plan(PhaseTwoTopology topology, int workers, int? rounds) =>
        new(10, new() { PhaseTwoFraction = 0.4, Workers = workers, Rounds = rounds, PhaseTwoTopology = topology });

    private static int[] Evolving(RunPlan plan) => [.. Enumerable.Range(0, 10).Where(plan.EvolvesAfter)];
}
