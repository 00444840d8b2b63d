using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Training;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Coordination;

public class WasapTrainingTests
{
    [Theory]
    [InlineData(2L, true)]
    [InlineData(1L, false)]
    [InlineData(null, true)]
    public void A_gradient_counts_up_to_the_bound_of_staleness(long? bound, bool counts)
    {
        var job = TestJob.Create(workers: 2);
        using var phase = new PlayedPhaseOne(job with { Run = job.Run with { StalenessMaxSteps = bound } });
        var late = phase.Assign("late");
        phase.Train(2);
        if (!counts)
        {
            phase.AssertRefused(RefusalReason.TooStale, "late", phase.Answer(late));
            return;
        }
        phase.Finish("late", late);
        Assert.Equal((3L, 2L), (phase.Server.ModelVersion, phase.Server.Staleness.Max));
    }

    [Fact]
    public void A_gradient_of_a_version_that_there_is_not_yet_is_refused()
    {
        using var phase = new PlayedPhaseOne(TestJob.Create(workers: 2));
        phase.AssertRefused(RefusalReason.TooStale, "a", phase.Answer(phase.Assign("a")) with { ModelVersion = 1 });
    }

    [Fact]
    public void A_gradient_of_before_an_evolution_is_carried_over_as_far_as_the_history_reaches()
    {
        using var phase = new PlayedPhaseOne(TestJob.Create(workers: 2), history: 1);
        BatchOrder older = phase.Assign("older"), old = phase.Assign("old", 1);
        Evolve(phase, 0);
        phase.Finish("old", old);
        Evolve(phase, 1);
        phase.AssertRefused(RefusalReason.UnknownTopology, "older", phase.Answer(older));
    }

    [Fact]
    public void Parameters_are_from_where_momentum_will_carry_them_when_the_others_have_answered()
    {
        using var phase = new PlayedPhaseOne(TestJob.Create(workers: 2));
        phase.Train(2);
        BatchOrder first = phase.Assign("a"), second = phase.Assign("b", 1);
        var present = phase.Server.Network.Parameters.Sparse[0].Values.Span;
        Assert.True(present.SequenceEqual(first.Work.Replica.Parameters.Sparse[0].Values.Span));
        Assert.False(present.SequenceEqual(second.Work.Replica.Parameters.Sparse[0].Values.Span));
    }

    [Fact]
    public void One_batch_at_a_time_carries_an_evolution_and_gets_the_parameters_as_they_are()
    {
        using var phase = Guided();
        phase.Train(1);
        phase.Learn();
        var other = phase.Assign("other");
        Assert.True(other.Evolves);
        Assert.True(phase.Training.Ledger.Release("other"));
        BatchOrder ahead = phase.Assign("a"), plain = phase.Assign("b", 1);
        Assert.Equal((true, false), (ahead.Evolves, plain.Evolves));
        Assert.Equal(ahead.Assignment.Ticket, phase.Schedule.CarrierTicket);
        var answer = phase.Answer(ahead);
        var grown = answer.Evolution!.Changes.Sum(change => change?.GrownCount ?? 0);
        var topologies = Ids(phase);
        Assert.Equal(RefusalReason.None, phase.Take("a", answer));
        Assert.NotEqual(topologies, Ids(phase));
        // The first one came with update 0.
        Assert.True(grown > 0);
        Assert.True(phase.Books.Evolutions[0].GrownCount > grown);
        Assert.Equal(0.5, phase.Books.Close(0).EvolveSeconds);
        // What comes next is not known, and the other batch is of before.
        Assert.False(phase.Assign("a").Evolves);
        phase.Finish("b", plain);
        phase.Learn();
        Assert.True(phase.Assign("b").Evolves);
    }

    [Fact]
    public void The_carrier_gets_the_parameters_as_they_are_though_others_are_at_work()
    {
        using var phase = Guided(interval: 100);
        phase.Train(2);
        var other = phase.Assign("a");
        phase.Finish("b", phase.Assign("b", 1));
        // An update is late whose turn came while nobody asked for a batch.
        phase.Learn(new(4, 2, 0));
        var carrier = phase.Assign("b", 1);
        Assert.True(carrier.Evolves);
        Assert.True(
            phase.Server.Network.Parameters.Sparse[0].Values.Span.SequenceEqual(carrier.Work.Replica.Parameters.Sparse[0].Values.Span));
        phase.Finish("a", other);
        phase.Finish("b", carrier);
        // It was handed out at version 3: what fell due until then is done with it.
        Assert.Equal(4, phase.Schedule.Next.Update);
    }

    [Fact]
    public void No_batch_carries_an_evolution_before_its_update_comes()
    {
        using var phase = Guided(interval: 3);
        for (var update = 0; update < 2; update++)
        {
            var order = phase.Assign("a");
            Assert.False(order.Evolves);
            phase.Finish("a", order);
        }
        Assert.True(phase.Assign("a").Evolves);
    }

    [Fact]
    public void No_batch_carries_an_evolution_while_one_after_an_epoch_is_due_or_under_way()
    {
        using var phase = Guided(interval: 100);
        phase.Train(10);
        Assert.Equal(1, phase.Training.Ledger.CurrentEpoch);
        phase.Learn(new(0, 10, 0));
        Assert.False(Look(phase));
        phase.Learn(new(1, 10, 0));
        phase.Schedule.Begin();
        Assert.False(Look(phase));
        // It was lost, and it is not known what comes next.
        phase.Schedule.Restart();
        Assert.False(Look(phase));
        phase.Learn(new(1, 10, 0));
        Assert.True(Look(phase));
    }

    [Fact]
    public void An_evolution_goes_with_its_worker_and_another_one_makes_it()
    {
        using var phase = Guided();
        var lost = phase.Answer(phase.Assign("a"));
        Assert.NotNull(lost.Evolution);
        Assert.True(phase.Training.Ledger.Release("a"));
        var again = phase.Assign("b");
        Assert.True(again.Evolves);
        Assert.NotEqual(lost.Ticket, again.Assignment.Ticket);
        phase.AssertRefused(RefusalReason.NotInFlight, "a", lost);
        phase.Finish("b", again);
        Assert.Equal(1, phase.Schedule.Next.Update);
    }

    [Fact]
    public void An_evolution_that_was_not_asked_for_is_dropped_and_its_gradient_counts()
    {
        using var phase = Guided();
        BatchOrder carrier = phase.Assign("a"), plain = phase.Assign("b", 1);
        var topologies = Ids(phase);
        var evolution = phase.Answer(plain with { Evolves = true }).Evolution!;
        Assert.Equal(RefusalReason.None, phase.Take("b", phase.Answer(plain) with { Evolution = evolution }));
        Assert.Equal(topologies, Ids(phase));
        Assert.Throws<ObjectDisposedException>(() => evolution.Changes[0]!.GrownValues.Span.Length);
        phase.Finish("a", carrier);
    }

    [Fact]
    public void An_evolution_that_is_missing_or_of_other_topologies_is_refused_and_made_anew()
    {
        using var phase = Guided();
        var missing = phase.Answer(phase.Assign("a"));
        missing.Evolution!.Dispose();
        phase.AssertRefused(RefusalReason.Implausible, "a", missing with { Evolution = null });

        var shorter = phase.Answer(phase.Assign("a"));
        var changes = shorter.Evolution!.Changes;
        phase.AssertRefused(RefusalReason.Implausible, "a", shorter with { Evolution = new NetworkEvolution([.. changes.SkipLast(1)]) });
        changes[^1]?.Dispose();

        using var other = Guided(seed: 8);
        var foreign = other.Answer(other.Assign("a")).Evolution!;
        var answer = phase.Answer(phase.Assign("a"));
        answer.Evolution!.Dispose();
        phase.AssertRefused(RefusalReason.Implausible, "a", answer with { Evolution = foreign });

        var order = phase.Assign("a");
        Assert.True(order.Evolves);
        phase.Finish("a", order);
        Assert.Equal(1, phase.Schedule.Next.Update);
    }

    // Its gradient could be carried over, and says of itself what its changes start from.
    [Fact]
    public void An_evolution_of_the_topologies_of_before_is_refused_though_its_gradient_is_of_them_too()
    {
        using var phase = Guided();
        phase.Learn(new(0, 100, 0));
        var old = phase.Answer(phase.Assign("old") with { Evolves = true });
        Assert.True(phase.Training.Ledger.Release("old"));
        Evolve(phase, 0);
        phase.Learn(new(1, 0, 0));
        var carrier = phase.Assign("a");
        Assert.True(carrier.Evolves);
        phase.AssertRefused(RefusalReason.Implausible, "a", old with { Ticket = carrier.Assignment.Ticket });
        carrier.Work.Dispose();
    }

    [Fact]
    public void Only_one_shard_waits_with_an_epoch_for_the_evolution_after_the_one_before()
    {
        using var alone = new PlayedPhaseOne(TestJob.Create(workers: 1));
        alone.Train(10);
        alone.Training.AllowEpochs();
        Assert.False(alone.TryAssign("a", out _));
        alone.Learn(new(1, 40, 0));
        alone.Train(10);

        using var two = new PlayedPhaseOne(TestJob.Create(workers: 2));
        two.Train(10);
        two.Training.AllowEpochs();
        // A whole epoch ahead and no further.
        two.Train(10);
        two.Training.AllowEpochs();
        Assert.False(two.TryAssign("a", out _));
        two.Learn(new(1, 40, 0));
        Assert.Equal(2, two.Assign("a").Assignment.Epoch);
    }

    [Fact]
    public void One_shard_runs_no_epoch_ahead_where_nothing_evolves_for_long()
    {
        using var phase = new PlayedPhaseOne(TestJob.Create(workers: 1));
        phase.Learn(new(4, 40, 0));
        var last = phase.Assign("a");
        for (var batch = 1; batch < 10; batch++) phase.Finish("b", phase.Assign("b"));
        phase.Training.AllowEpochs();
        Assert.False(phase.TryAssign("b", out _));
        phase.Finish("a", last);
        phase.Training.AllowEpochs();
        Assert.Equal(1, phase.Assign("b").Assignment.Epoch);
    }

    private static PlayedPhaseOne Guided(int interval = 1, ulong seed = 7) =>
        new(TestJob.Create(workers: 2, seed: seed, rule: TestJob.Guided("gse-uniform", interval)));

    private static void Evolve(PlayedPhaseOne phase, int epoch)
    {
        var options = phase.Job.Training with { Rule = new SetRule(0.3) };
        phase.Server.Evolve(EpochEvolution.Of(phase.Server.Network, options, phase.Job.Random, epoch));
    }

    // Whether the next batch would carry an evolution.
    private static bool Look(PlayedPhaseOne phase)
    {
        var order = phase.Assign("a");
        Assert.True(phase.Training.Ledger.Release("a"));
        phase.Training.Pool.Return(order.Work);
        return order.Evolves;
    }

    private static ulong[] Ids(PlayedPhaseOne phase) => [.. phase.Server.Network.Parameters.Sparse.Select(layer => layer.Topology.Id)];
}
