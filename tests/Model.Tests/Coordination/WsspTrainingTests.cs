using ActorSparse.Model.Coordination;
using ActorSparse.Model.Tests.Training;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Coordination;

public class WsspTrainingTests
{
    [Fact]
    public void A_step_is_made_when_the_gradients_of_all_shards_are_here()
    {
        using var phase = new PlayedPhaseOne(Job());
        BatchOrder first = phase.Assign("a"), second = phase.Assign("b", 1);
        Assert.Equal((0, 1), (first.Assignment.Shard, second.Assignment.Shard));
        phase.Finish("a", first);
        Assert.Equal((0L, 0), (phase.Server.ModelVersion, phase.Books.TallyOf(0).Batches));
        // The next step is not begun before.
        Assert.False(phase.TryAssign("a", out _));
        phase.Finish("b", second);
        Assert.Equal((1L, 2), (phase.Server.ModelVersion, phase.Books.TallyOf(0).Batches));
        Assert.Equal((1, 2), (phase.Training.Ledger.CurrentStep, phase.Training.Pool.Count));
        Assert.Equal(1, phase.Assign("a").Assignment.Batch);
    }

    [Fact]
    public void The_order_of_arrival_does_not_matter()
    {
        // 4 batches of every shard.
        var job = Job(workers: 3, guided: true, samples: 96);
        using PlayedPhaseOne one = new(job), other = new(job);
        for (var step = 0; step < 6; step++)
        {
            Step(one, [0, 1, 2]);
            Step(other, [2, 0, 1]);
            TestData.AssertSameParameters(one.Server.Network, other.Server.Network);
            Assert.Equal(one.Schedule.Next, other.Schedule.Next);
        }
        Assert.Equal(6, one.Server.ModelVersion);

        static void Step(PlayedPhaseOne phase, int[] arrivals)
        {
            var orders = arrivals.ToDictionary(worker => worker, worker => phase.Assign($"w{worker}", worker));
            foreach (var worker in arrivals.Reverse()) phase.Finish($"w{worker}", orders[worker]);
            phase.Learn();
        }
    }

    [Fact]
    public void An_evolution_waits_for_the_gradients_of_its_step_and_is_applied_with_them()
    {
        using var phase = new PlayedPhaseOne(Job(guided: true));
        // It is the turn of the second shard.
        BatchOrder plain = phase.Assign("a"), carrier = phase.Assign("b", 1);
        Assert.Equal((false, true), (plain.Evolves, carrier.Evolves));
        var topologies = Ids(phase);
        phase.Finish("b", carrier);
        Assert.Equal(topologies, Ids(phase));
        Assert.Equal(0, phase.Schedule.Next.Update);
        phase.Finish("a", plain);
        Assert.NotEqual(topologies, Ids(phase));
        Assert.Equal((1L, 0L), (phase.Schedule.Next.Update, phase.Schedule.CarrierTicket));
        Assert.True(phase.Books.Evolutions[0].GrownCount > 0);
        Assert.Equal(0.25, phase.Books.Close(0).EvolveSeconds);
    }

    [Fact]
    public void What_a_lost_worker_has_to_compute_again_is_computed_on_the_parameters_of_before()
    {
        using PlayedPhaseOne phase = new(Job(guided: true)), undisturbed = new(Job(guided: true));
        phase.Assign("lost");
        phase.Finish("b", phase.Assign("b", 1));
        Assert.True(phase.Training.Ledger.Release("lost"));
        phase.Finish("b", phase.Assign("b", 1));
        undisturbed.Finish("a", undisturbed.Assign("a"));
        undisturbed.Finish("b", undisturbed.Assign("b", 1));
        TestData.AssertSameParameters(undisturbed.Server.Network, phase.Server.Network);
    }

    [Fact]
    public void The_evolution_of_a_lost_worker_is_made_by_the_one_that_gets_its_batch()
    {
        using var phase = new PlayedPhaseOne(Job(guided: true));
        var lost = phase.Answer(phase.Assign("lost", 1));
        Assert.NotNull(lost.Evolution);
        Assert.True(phase.Training.Ledger.Release("lost"));
        Assert.False(phase.Assign("a").Evolves);
        Assert.True(phase.Assign("b", 1).Evolves);
        phase.AssertRefused(RefusalReason.NotInFlight, "lost", lost);
    }

    [Fact]
    public void An_evolution_that_is_missing_is_refused_and_made_anew()
    {
        using var phase = new PlayedPhaseOne(Job(guided: true));
        var answer = phase.Answer(phase.Assign("b", 1));
        answer.Evolution!.Dispose();
        phase.AssertRefused(RefusalReason.Implausible, "b", answer with { Evolution = null });
        Assert.True(phase.Assign("b", 1).Evolves);
    }

    [Fact]
    public void No_batch_goes_out_before_it_is_known_what_evolves_with_its_step()
    {
        using var phase = new PlayedPhaseOne(Job(guided: true));
        Assert.True(phase.Assign("b", 1).Evolves);
        phase.Schedule.Restart();
        Assert.False(phase.TryAssign("a", out _));
        phase.Learn();
        phase.Assign("a");
    }

    [Fact]
    public void The_first_shard_with_a_batch_takes_the_turn_of_one_that_has_none_in_this_step()
    {
        // 24 samples are 2 batches of the first shard and 1 of the second.
        using var phase = new PlayedPhaseOne(Job(guided: true, samples: 24));
        Assert.Equal([2, 1], phase.Job.BatchesPerShard());
        phase.Learn(new(4, 1, 1));
        phase.Finish("a", phase.Assign("a"));
        phase.Finish("b", phase.Assign("b", 1));
        Assert.True(phase.Assign("a").Evolves);
    }

    [Fact]
    public void No_epoch_begins_before_the_evolution_after_the_one_before()
    {
        using var phase = new PlayedPhaseOne(Job());
        for (var step = 0; step < 5; step++)
        {
            phase.Finish("a", phase.Assign("a"));
            phase.Finish("a", phase.Assign("a"));
        }
        Assert.Equal(1, phase.Training.Ledger.CurrentEpoch);
        phase.Training.AllowEpochs();
        Assert.False(phase.TryAssign("a", out _));
        phase.Learn(new(1, 20, 0));
        Assert.Equal(1, phase.Assign("a").Assignment.Epoch);
    }

    [Fact]
    public void What_waits_for_its_step_is_freed_at_the_end()
    {
        var phase = new PlayedPhaseOne(Job(guided: true));
        var answer = phase.Answer(phase.Assign("b", 1));
        Assert.Equal(RefusalReason.None, phase.Take("b", answer));
        phase.Dispose();
        Assert.Throws<ObjectDisposedException>(() => answer.Work.Gradients.Sparse[0].Span.Length);
        Assert.Throws<ObjectDisposedException>(() => answer.Evolution!.Changes[0]!.GrownValues.Span.Length);
    }

    private static TrainingJob Job(int workers = 2, bool guided = false, int samples = 84) => TestJob.Create(
        workers, mode: TrainingMode.Wssp, samples: samples, rule: guided ? TestJob.Guided("gse-uniform", interval: 1) : null);

    private static ulong[] Ids(PlayedPhaseOne phase) => [.. phase.Server.Network.Parameters.Sparse.Select(layer => layer.Topology.Id)];
}
