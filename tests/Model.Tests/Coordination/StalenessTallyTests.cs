using ActorSparse.Model.Coordination;

namespace ActorSparse.Model.Tests.Coordination;

public class StalenessTallyTests
{
    [Fact]
    public void It_has_the_mean_and_the_maximum_since_it_was_empty()
    {
        var tally = new StalenessTally();
        Assert.Equal((0.0, 0L), (tally.Mean, tally.Max));
        foreach (var staleness in (long[])[0, 1, 1, 7]) tally.Add(staleness);
        Assert.Equal((2.25, 7L), (tally.Mean, tally.Max));
        tally.Clear();
        tally.Add(3);
        Assert.Equal((3.0, 3L), (tally.Mean, tally.Max));
    }
}
