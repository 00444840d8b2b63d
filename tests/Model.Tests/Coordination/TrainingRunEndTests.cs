using ActorSparse.Model.Coordination;
using ActorSparse.Model.Tests.Training;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Coordination;

/// <summary>How a run ends, and what is written of it.</summary>
public class TrainingRunEndTests
{
    // 84 samples are 10 batches of 8 in an epoch.
    private const int BatchesPerEpoch = 10;

    [Theory]
    [InlineData(1.0, nameof(RunOutcome.Diverged))]
    [InlineData(0.5, nameof(RunOutcome.Failed))]
    public void A_state_of_the_end_is_dropped_when_an_epoch_before_it_proves_to_have_diverged(double rateScale, string outcome)
    {
        var job = TestJob.Create();
        using var run = new PlayedRun(job, TestJob.Begin(job) with { RateScale = rateScale }).Begin().Train(BatchesPerEpoch);
        run.Run.Stop();
        run.Run.Advance();
        Assert.Equal(RunOutcome.Stopped, run.Run.Outcome);
        Assert.False(run.Report());
        Assert.True(run.Run.HasUnwritten);
        Assert.True(run.Run.Journal.TryBeginEvaluation(out var id, out var epoch, out var network));
        network.Dispose();
        Assert.False(run.Run.TakeEvaluation(id + 1, epoch, 0.5, double.NaN, 0));
        Assert.True(run.Run.TakeEvaluation(id, epoch, 0.5, double.NaN, 0));
        Assert.Equal(outcome, run.Run.Outcome.ToString());
        Assert.Contains("the loss on the test samples", run.Run.Error, StringComparison.Ordinal);
        Assert.False(run.Report());
        Assert.Equal((true, false), (run.Run.IsConcluded, run.Run.HasUnwritten));
    }

    [Fact]
    public void An_epoch_whose_loss_is_lost_ends_the_run_and_those_before_come_out()
    {
        using var run = new PlayedRun(TestJob.Create()).Begin().Train(BatchesPerEpoch);
        run.Help();
        run.Train(BatchesPerEpoch - 1);
        Assert.True(run.TryAssign("a", out var answer));
        Assert.Equal(RefusalReason.None, run.Run.Take("a", answer() with { Tally = new(1, 8000, 8, 0, 8) }));
        run.Run.Advance();
        Assert.Equal(RunOutcome.Diverged, run.Run.Outcome);
        Assert.StartsWith("training diverged in epoch 2", run.Run.Error, StringComparison.Ordinal);
        run.Help();
        Assert.Equal([1], run.Epochs.Select(epoch => epoch.Epoch));
        Assert.True(run.Run.IsConcluded);
    }

    [Fact]
    public void An_epoch_that_goes_on_ends_the_run_as_soon_as_there_is_no_doubt()
    {
        // 30 batches an epoch, of which 20 are enough.
        using var run = new PlayedRun(TestJob.Create(samples: 240)).Begin();
        for (var batch = 0; batch < 20; batch++)
        {
            Assert.Equal(RunPhase.PhaseOne, run.Run.Phase);
            Assert.True(run.TryAssign("a", out var answer));
            Assert.Equal(RefusalReason.None, run.Run.Take("a", answer() with { Tally = new(1, 8e6, 8, 0, 8) }));
        }
        Assert.Equal(RunOutcome.Diverged, run.Run.Outcome);
    }

    [Fact]
    public void So_many_results_that_are_not_finite_end_the_run()
    {
        using var run = new PlayedRun(TestJob.Create(workers: 2), notFiniteMax: 2).Begin();
        Assert.True(run.TryAssign("a", out var answer));
        Assert.Equal(RefusalReason.NotFinite, run.Run.Take("a", answer() with { Tally = new(1, double.NaN, 8, 0, 8) }));
        Assert.Null(run.Run.Outcome);
        Assert.Contains(run.Events, told => told.Kind == RunEvent.NotFinite
            && told.Text.StartsWith("a, batch 1 of epoch 1: the loss is NaN", StringComparison.Ordinal));
        // What it does not hold is no news of it, and what it holds is open again.
        Assert.True(run.TryAssign("a", out answer));
        Assert.False(run.Run.TakeDiverged("a", 99, "x"));
        Assert.Equal(0, run.Run.Batches.Ledger.InFlightCount);
        Assert.Null(run.Run.Outcome);
        Assert.True(run.TryAssign("a", out answer));
        Assert.True(run.Run.TakeDiverged("a", run.Run.Batches.Ledger.LastTicket, "layer 1 has gradients that are not finite"));
        Assert.Equal(RunOutcome.Diverged, run.Run.Outcome);
        Assert.StartsWith("training diverged 2 times in an epoch: a: layer 1", run.Run.Error, StringComparison.Ordinal);
        Assert.Equal(3, run.Run.RefusedCount);
    }

    [Fact]
    public void The_first_end_of_a_run_is_its_end()
    {
        using var run = new PlayedRun(TestJob.Create()).Begin();
        run.Run.Fail(new string('x', 5000));
        run.Run.Fail("y");
        run.Run.Stop();
        run.Run.Advance();
        Assert.Equal((RunOutcome.Failed, 1000), (run.Run.Outcome, run.Run.Error!.Length));
        Assert.True(run.Run.IsConcluded);
        Assert.False(run.Work());
    }

    [Fact]
    public void Writes_that_were_lost_at_the_end_are_made_up_for_by_one_state()
    {
        using var run = new PlayedRun(TestJob.Create(), isMeasured: false).Begin();
        run.PlayUntil(() => run.Run.Phase == RunPhase.Finished);
        run.Help();
        run.Run.Journal.BeginWrite();
        run.Run.Journal.BeginWrite();
        Assert.False(run.Run.IsConcluded);
        run.Run.LoseWrites("the writer died");
        Assert.Contains((RunEvent.CheckpointFailed, "the writer died"), run.Events);
        Assert.Equal((true, false), (run.Run.HasUnwritten, run.Run.IsConcluded));
        var reported = run.Epochs.Count;
        Assert.True(run.Report(state =>
        {
            Assert.Equal((40L, 4), (state.ModelVersion, state.Ledger.Epoch));
            TestData.AssertSameParameters(run.Run.Server.Network, state.Network);
            state.Dispose();
        }));
        Assert.Equal(reported, run.Epochs.Count);
        Assert.False(run.Report());
        Assert.True(run.Run.IsConcluded);
        // Nothing was being written.
        run.Run.LoseWrites("again");
        Assert.DoesNotContain((RunEvent.CheckpointFailed, "again"), run.Events);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_has_failed_if_what_is_left_of_it_is_never_written(bool isStopped)
    {
        using var run = new PlayedRun(TestJob.Create(epochs: 1)).Begin().Train(isStopped ? 3 : BatchesPerEpoch);
        if (isStopped) run.Run.Stop();
        run.Run.Advance();
        Assert.Equal((isStopped ? RunOutcome.Stopped : RunOutcome.Completed, true), (run.Run.Outcome, run.Run.HasUnwritten));
        run.Run.AbandonWriting("its writer died");
        Assert.Equal((RunOutcome.Failed, "its writer died"), (run.Run.Outcome, run.Run.Error));
    }

    [Fact]
    public void A_run_that_was_written_stays_completed_and_one_that_goes_on_ends_when_nobody_writes_any_more()
    {
        using var over = new PlayedRun(TestJob.Create(epochs: 1)).Begin().PlayUntil();
        over.Run.AbandonWriting("x");
        Assert.Equal((RunOutcome.Completed, null), (over.Run.Outcome, over.Run.Error));
        using var run = new PlayedRun(TestJob.Create()).Begin().Train(1);
        run.Run.AbandonWriting("x");
        Assert.Equal((RunPhase.Finished, RunOutcome.Failed, "x"), (run.Run.Phase, run.Run.Outcome, run.Run.Error));
    }

    [Fact]
    public void Checkpoints_that_cannot_be_written_are_told_of_once_and_once_when_they_can_again()
    {
        using var run = new PlayedRun(TestJob.Create()).Begin();
        run.Events.Clear();
        bool Write(string? error) => run.Run.EndWrite(run.Run.Journal.BeginWrite(), error);
        Assert.True(Write(null));
        Assert.Empty(run.Events);
        Assert.False(Write("no space left"));
        Assert.False(Write("no space left"));
        Assert.Equal([RunEvent.CheckpointFailed], run.Events.Select(told => told.Kind));
        Assert.StartsWith("no space left; ", run.Events[0].Text, StringComparison.Ordinal);
        Assert.True(Write(null));
        Assert.True(Write(null));
        Assert.Equal([RunEvent.CheckpointFailed, RunEvent.CheckpointsResumed], run.Events.Select(told => told.Kind));
        Assert.False(run.Run.EndWrite(99, "nobody waits for it"));
        Assert.Equal(2, run.Events.Count);
        Assert.False(Write("no space left"));
        Assert.Equal(3, run.Events.Count);
    }

    [Fact]
    public void What_is_still_to_be_measured_is_to_be_written_too()
    {
        using var run = new PlayedRun(TestJob.Create(epochs: 1)).Begin().Train(BatchesPerEpoch);
        Assert.Equal((RunOutcome.Completed, true, false), (run.Run.Outcome, run.Run.HasUnwritten, run.Run.IsConcluded));
        Assert.True(run.Measure());
        Assert.True(run.Report());
        Assert.Equal((false, true), (run.Run.HasUnwritten, run.Run.IsConcluded));
    }

    [Fact]
    public void Writes_that_were_lost_while_training_goes_on_are_made_up_for_by_the_next()
    {
        using var run = new PlayedRun(TestJob.Create()).Begin().Train(1);
        run.Run.Journal.BeginWrite();
        run.Run.LoseWrites("the writer died");
        Assert.Equal((false, 0), (run.Run.HasUnwritten, run.Run.Journal.Count));
        Assert.Contains((RunEvent.CheckpointFailed, "the writer died"), run.Events);
    }
}
