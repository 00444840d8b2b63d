using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Training;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Coordination;

public class EvolutionCalendarTests
{
    private static readonly ImportancePruningOptions s_pruning = new() { StartEpoch = 2, Interval = 3 };

    // 84 samples are 10 batches of 8 in an epoch.
    [Theory]
    [InlineData("set")]
    [InlineData("static")]
    public void A_rule_evolves_after_every_epoch_but_the_last_and_with_no_update(string rule)
    {
        var calendar = new EvolutionCalendar(TestJob.Create(epochs: 3, rule: rule == "set" ? new SetRule(0.3) : new StaticRule()));
        Assert.Equal([0, 1, 3], Epochs(calendar, 3));
        Assert.Equal(3, calendar.Next(3, 0).Epoch);
        Assert.Equal(new NextEvolution(1, 30, 0), calendar.Next(1, 7));
    }

    [Fact]
    public void A_guided_rule_evolves_with_every_so_many_th_update_until_it_may_no_more_and_after_no_epoch()
    {
        var calendar = new EvolutionCalendar(TestJob.Create(epochs: 3, rule: TestJob.Guided("gse-uniform", interval: 4)));
        // 27 of the 30 updates may evolve.
        Assert.Equal([3, 7, 11, 15, 19, 23, 30], Updates(calendar, 7));
        Assert.Equal(30, calendar.Next(0, 30).Update);
        Assert.Equal(3, calendar.Next(0, 0).Epoch);
    }

    [Fact]
    public void Under_a_guided_rule_importance_pruning_alone_strikes_after_epochs()
    {
        var calendar = new EvolutionCalendar(TestJob.Create(
            epochs: 9, pruning: s_pruning, rule: TestJob.Guided("gse-uniform", interval: 50)));
        // Of 2, 5 and 8 epochs, and never after the last.
        Assert.Equal([1, 4, 7, 9], Epochs(calendar, 4));
        Assert.Equal((4, 49L), (calendar.Next(2, 0).Epoch, calendar.Next(2, 0).Update));
    }

    [Theory]
    [InlineData(PhaseTwoTopology.Shared, 2, null, new[] { 0, 1, 2, 3, 4, 6 })]
    [InlineData(PhaseTwoTopology.Shared, 2, 2, new[] { 0, 1, 2, 4, 6 })]
    [InlineData(PhaseTwoTopology.Own, 2, null, new[] { 0, 1, 2, 6 })]
    // One replica evolves by itself.
    [InlineData(PhaseTwoTopology.Shared, 1, null, new[] { 0, 1, 2, 6 })]
    public void In_phase_two_a_shared_topology_evolves_between_rounds_and_replicas_own_ones_are_not_its_business(
        PhaseTwoTopology topology, int workers, int? rounds, int[] expected)
    {
        var calendar = new EvolutionCalendar(TestJob.Create(workers, epochs: 6, phaseTwo: 0.5, rounds, topology: topology));
        Assert.Equal(expected, Epochs(calendar, expected.Length));
    }

    [Fact]
    public void The_shards_take_turns_at_the_evolutions_of_updates()
    {
        var calendar = new EvolutionCalendar(TestJob.Create(
            workers: 3, epochs: 4, mode: TrainingMode.Wssp, rule: TestJob.Guided("rigl", interval: 2)));
        // 4 updates an epoch, of which 14 may evolve.
        Assert.Equal([(1, 1), (3, 2), (5, 0), (7, 1), (9, 2), (11, 0), (13, 1)],
            Updates(calendar, 7).Select(update => ((int)update, calendar.Next(0, update).Shard)));
    }

    [Fact]
    public void It_says_what_a_walk_over_all_epochs_and_updates_finds() =>
        (from workers in Gen.Int[1, 4]
         from epochs in Gen.Int[1, 8]
         from phaseTwo in Gen.Int[0, 4]
         from options in Gen.Select(Gen.Int[0, 3], Gen.Int[1, 12], Gen.Bool, Gen.Bool, Gen.Bool)
         select (workers, epochs, phaseTwo, options)).ForAll(200, (workers, epochs, phaseTwo, options) =>
        {
            var (kind, interval, isPruned, isOwn, isWssp) = options;
            var job = TestJob.Create(
                workers, epochs, phaseTwo / 4.0, mode: isWssp ? TrainingMode.Wssp : TrainingMode.Wasap,
                pruning: isPruned ? s_pruning : null, topology: isOwn ? PhaseTwoTopology.Own : PhaseTwoTopology.Shared,
                rule: kind switch
                {
                    0 => new SetRule(0.3),
                    1 => new StaticRule(),
                    _ => TestJob.Guided(kind == 2 ? "gse-uniform" : "rigl", interval),
                });
            var calendar = new EvolutionCalendar(job);
            var updates = job.UpdatesPerEpoch() * epochs;
            int[] dueEpochs = [.. Enumerable.Range(0, epochs).Where(epoch =>
                EpochEvolution.IsDue(job.Training, epoch) && job.Plan.EvolvesAfter(epoch))];
            int[] dueUpdates = [.. Enumerable.Range(0, updates).Where(update => job.Training.Rule.IsDue(update, updates))];
            for (var epoch = 0; epoch <= epochs; epoch++)
                Assert.Equal(dueEpochs.FirstOrDefault(due => due >= epoch, epochs), calendar.Next(epoch, 0).Epoch);
            for (var update = 0; update <= updates; update++)
            {
                var next = calendar.Next(0, update);
                Assert.Equal(dueUpdates.FirstOrDefault(due => due >= update, updates), next.Update);
                Assert.InRange(next.Shard, 0, workers - 1);
            }
        });

    // What is due one after the other, each told as soon as the one before is done.
    private static IEnumerable<int> Epochs(EvolutionCalendar calendar, int count)
    {
        var epoch = -1;
        for (var number = 0; number < count; number++)
        {
            epoch = calendar.Next(epoch + 1, 0).Epoch;
            yield return epoch;
        }
    }

    private static IEnumerable<long> Updates(EvolutionCalendar calendar, int count)
    {
        long update = -1;
        for (var number = 0; number < count; number++)
        {
            update = calendar.Next(0, update + 1).Update;
            yield return update;
        }
    }
}
