using ActorSparse.Actors.State;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Actors.Tests.State;

public class GuidedEvolutionTests
{
    [Fact]
    public void Evolutions_come_due_with_their_updates_in_order_and_one_at_a_time()
    {
        using var accounts = Accounts("gse-graest", interval: 3);
        Assert.False(accounts.IsDue(1));
        Assert.True(accounts.IsDue(2));
        // Two are due by update 5: the first comes first, and the second has to wait for it.
        Assert.True(accounts.IsDue(5));
        Assert.Equal(2, accounts.Update);
        Begin(accounts);
        Assert.False(accounts.IsDue(5));
        Finish(accounts);
        Assert.Equal(3, accounts.EvolvedUpdates);
        Assert.False(accounts.IsDue(4));
        Assert.True(accounts.IsDue(5));
        Assert.Equal(5, accounts.Update);
    }

    [Fact]
    public void A_run_that_is_continued_does_not_repeat_what_was_done()
    {
        using var accounts = Accounts("gse-uniform", interval: 3, evolved: 3);
        Assert.False(accounts.IsDue(4));
        Assert.True(accounts.IsDue(5));
    }

    [Fact]
    public void Whoever_holds_the_work_alone_can_answer_it_and_a_loss_begins_it_anew_from_the_same_snapshot()
    {
        using var accounts = Accounts("gse-grabo", interval: 1);
        Assert.True(accounts.IsDue(0));
        Begin(accounts);
        var (snapshot, attempt) = (accounts.Snapshot, accounts.EvolutionId);
        accounts.HandOut("a", 11);
        Assert.False(accounts.TryMeasured("b", 11, []));
        Assert.False(accounts.TryMeasured("a", 10, []));
        Assert.False(accounts.Release("b"));
        Assert.True(accounts.Release("a"));
        Assert.False(accounts.TryMeasured("a", 11, []));
        Assert.Equal((GuidedStage.ToMeasure, attempt + 1), (accounts.Stage, accounts.EvolutionId));
        Assert.Same(snapshot, accounts.Snapshot);
        accounts.HandOut("b", 12);
        Assert.True(accounts.TryMeasured("b", 12, []));
        accounts.TakeSums();
        using var late = new CandidateSet();
        Assert.False(accounts.TryDrawn(attempt, late));
        accounts.Restart();
        Assert.Equal(GuidedStage.ToMeasure, accounts.Stage);
    }

    [Fact]
    public void What_comes_after_it_was_given_up_is_not_taken()
    {
        using var accounts = Accounts("gse-uniform", interval: 1);
        Assert.True(accounts.IsDue(0));
        Begin(accounts);
        accounts.TakeSums();
        var attempt = accounts.EvolutionId;
        accounts.Abandon();
        using var late = new CandidateSet();
        Assert.False(accounts.TryDrawn(attempt, late));
        Assert.False(accounts.IsPending);
        Assert.Equal(0, accounts.EvolvedUpdates);
    }

    private static GuidedEvolution Accounts(string rule, int interval, long evolved = 0) =>
        new((GuidedRule)TestJob.Guided(rule, interval), updatesTotal: 100, evolved);

    private static void Begin(GuidedEvolution accounts)
    {
        using var network = Network.Create(TestJob.Spec, new(1));
        accounts.Begin(WorkSet.For(network), 0, 0, 0);
    }

    private static void Finish(GuidedEvolution accounts)
    {
        accounts.HandOut("a", 1);
        Assert.True(accounts.TryMeasured("a", 1, []));
        accounts.TakeSums();
        Assert.True(accounts.TryDrawn(accounts.EvolutionId, new()));
        accounts.HandOut("a", 2);
        accounts.TakeCandidates().Dispose();
        Assert.True(accounts.TryDifferentiated("a", 2));
        Assert.True(accounts.TrySelected(accounts.EvolutionId, new EpochEvolution([], null)));
        accounts.Complete().Snapshot.Dispose();
    }
}
