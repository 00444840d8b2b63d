using ActorSparse.Model.Coordination;
using ActorSparse.Model.Tests.Training;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Coordination;

/// <summary>When topologies evolve in a run, and what its snapshots and states are.</summary>
public class TrainingRunEvolutionTests
{
    // 84 samples are 10 batches of 8 in an epoch.
    private const int BatchesPerEpoch = 10;

    [Fact]
    public void A_stop_does_not_wait_for_an_evolution_that_is_due_and_not_begun()
    {
        using var run = new PlayedRun(TestJob.Create(workers: 2)).Begin().Train(BatchesPerEpoch);
        run.Run.Stop();
        run.Run.Advance();
        Assert.Equal(RunOutcome.Stopped, run.Run.Outcome);
        // The epoch comes out as it is, and resuming asks for its evolution again.
        Assert.False(run.Evolve());
        Assert.True(run.Measure());
        Assert.True(run.Report());
        Assert.True(run.Report(state =>
        {
            Assert.Equal((1, 0), (state.Ledger.Epoch, state.EvolvedEpochs));
            state.Dispose();
        }));
        Assert.Equal([1], run.Epochs.Select(epoch => epoch.Epoch));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stop_waits_for_an_evolution_under_way_and_for_no_other(bool isLost)
    {
        using var run = new PlayedRun(TestJob.Create(workers: 2)).Begin().Train(BatchesPerEpoch);
        Assert.True(run.Run.TryBeginEvolution(out var epoch, out var snapshot));
        run.Run.Stop();
        run.Run.Advance();
        Assert.Equal(RunPhase.PhaseOne, run.Run.Phase);
        // The epoch after it ends meanwhile, whose evolution is due then.
        run.Train(BatchesPerEpoch);
        Assert.Equal(RunPhase.PhaseOne, run.Run.Phase);
        if (isLost)
        {
            run.Run.Schedule.Restart();
            run.Run.Advance();
            Assert.True(run.Learn());
            Assert.Equal(RunPhase.PhaseOne, run.Run.Phase);
            Assert.True(run.Evolve());
        }
        else
        {
            run.Evolve(epoch, snapshot.Network);
        }
        snapshot.Dispose();
        Assert.Equal(RunOutcome.Stopped, run.Run.Outcome);
        run.Help();
        Assert.Equal([true, false], run.Epochs.Select(row => row.Grown > 0));
        Assert.Equal((1, true), (run.Run.EvolvedEpochs, run.Run.IsConcluded));
    }

    [Fact]
    public void A_second_stop_changes_nothing()
    {
        using var run = new PlayedRun(TestJob.Create(workers: 2)).Begin().Train(BatchesPerEpoch);
        Assert.True(run.Run.TryBeginEvolution(out _, out var snapshot));
        run.Run.Stop();
        run.Run.Schedule.Restart();
        run.Run.Stop();
        run.Run.Advance();
        Assert.Equal(RunPhase.PhaseOne, run.Run.Phase);
        snapshot.Dispose();
    }

    [Fact]
    public void What_is_measured_evolves_and_is_written_of_an_epoch_s_end_is_one_copy_that_stays_as_it_is()
    {
        using var run = new PlayedRun(TestJob.Create(workers: 2)).Begin().Train(BatchesPerEpoch);
        using var before = run.Run.Server.Network.Clone();
        Assert.True(run.Run.TryBeginEvolution(out var epoch, out var toEvolve));
        Assert.True(run.Run.Journal.TryBeginEvaluation(out var id, out _, out var toMeasure));
        Assert.Same(toEvolve.Network, toMeasure.Network);
        Assert.NotSame(run.Run.Server.Network, toEvolve.Network);
        run.Train(2);
        run.Evolve(epoch, toEvolve.Network);
        toEvolve.Dispose();
        Assert.True(run.Run.TakeEvaluation(id, epoch, 0.5, 1, 0));
        Assert.True(run.Report(state =>
        {
            Assert.Same(toMeasure.Network, state.Network);
            TestData.AssertSameParameters(before, state.Network);
            state.Dispose();
        }));
        TestData.AssertSameParameters(before, toMeasure.Network);
        // The one who measures was the last to hold it.
        toMeasure.Dispose();
        Assert.Throws<ObjectDisposedException>(() => toMeasure.Network);
    }

    [Fact]
    public void A_state_of_after_an_evolution_is_another_copy_than_that_of_the_epoch_s_end()
    {
        using var run = new PlayedRun(TestJob.Create()).Begin().Train(BatchesPerEpoch);
        run.Help();
        run.Run.Stop();
        run.Run.Advance();
        Assert.True(run.Report(state =>
        {
            Assert.Equal(1, state.EvolvedEpochs);
            TestData.AssertSameParameters(run.Run.Server.Network, state.Network);
            state.Dispose();
        }));
    }

    [Fact]
    public void No_evolution_after_an_epoch_begins_while_a_batch_carries_one()
    {
        var job = TestJob.Create(
            workers: 2, rule: TestJob.Guided("gse-uniform", 100), pruning: new() { StartEpoch = 1, Interval = 1, Percentile = 10 });
        using var run = new PlayedRun(job).Begin();
        run.Train(BatchesPerEpoch - 1);
        Assert.True(run.TryAssign("slow", out var last));
        run.Run.Schedule.Learn(new(0, BatchesPerEpoch - 1, 0));
        Assert.True(run.TryAssign("carrier", out _));
        Assert.Equal(RefusalReason.None, run.Run.Take("slow", last()));
        run.Run.Advance();
        Assert.Equal(1, run.Run.Batches.Ledger.CurrentEpoch);
        Assert.False(run.Evolve());
        Assert.True(run.Run.Release("carrier"));
        Assert.True(run.Evolve());
    }

    [Fact]
    public void A_state_whose_networks_others_hold_is_copied_by_the_run_that_goes_on_from_it()
    {
        var job = TestJob.Create(workers: 2);
        using var run = new PlayedRun(job).Begin().Train(BatchesPerEpoch);
        Assert.True(run.Run.TryBeginEvolution(out _, out var held));
        using var before = held.Network.Clone();
        run.Run.Stop();
        run.Run.Schedule.Restart();
        run.Run.Fail("x");
        run.Measure();
        RunState? state = null;
        Assert.True(run.Report(taken => state = taken));
        Assert.Same(held.Network, state!.Network);
        using (var next = new PlayedRun(job, state).Begin())
        {
            Assert.NotSame(held.Network, next.Run.Server.Network);
            next.Train(3);
        }
        TestData.AssertSameParameters(before, held.Network);
        held.Dispose();
    }

    [Fact]
    public void In_phase_two_the_topology_evolves_between_rounds_alone_and_the_next_one_waits_for_that()
    {
        using var run = new PlayedRun(TestJob.Create(workers: 2, epochs: 6, phaseTwo: 0.5)).Begin();
        run.PlayUntil(() => run.Run.Phase == RunPhase.PhaseTwo);
        Assert.False(run.Run.TryBeginEvolution(out _, out _));
        Assert.True(run.Work("a"));
        Assert.True(run.Work("b", 1));
        Assert.Equal(RunPhase.Averaging, run.Run.Phase);
        Assert.False(run.Run.TryBeginEvolution(out _, out _));
        while (run.Run.Replicas.Round is not null) Assert.True(run.Measure());
        Assert.Equal((RunPhase.Averaging, 3, 3), (run.Run.Phase, run.Run.EvolvedEpochs, run.Run.Schedule.Next.Epoch));
        Assert.False(run.Work("a"));
        Assert.True(run.Evolve());
        Assert.Equal((RunPhase.PhaseTwo, 4), (run.Run.Phase, run.Run.EvolvedEpochs));
    }
}
