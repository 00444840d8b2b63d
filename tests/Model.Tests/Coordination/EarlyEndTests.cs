using ActorSparse.Model.Compute;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Coordination;

/// <summary>Training ends once the score on validation samples has not become better for long enough.</summary>
public sealed class EarlyEndTests
{
    private const int Patience = 2, EpochsMax = 60;

    [Theory]
    [InlineData(TrainingMode.Wasap, 1)]
    [InlineData(TrainingMode.Wssp, 1)]
    [InlineData(TrainingMode.Wasap, 3)]
    public void One_worker_ends_after_the_same_epoch_as_the_sequential_trainer(TrainingMode mode, int evaluateEvery)
    {
        var job = Job(mode, evaluateEvery: evaluateEvery);
        using var network = Network.Create(job.Spec, job.Random);
        using var compute = new NetworkCompute();
        var recorder = new Recorder();
        using var trainer = new SequentialTrainer(
            network, job.TrainingSet, job.EvaluationSet, job.Training, compute, new() { Seed = job.Seed }, recorder);
        trainer.Run();
        Assert.InRange(recorder.Epochs.Count, Patience + 1, EpochsMax - 1);
        var validation = trainer.State.Validation!;
        Assert.Equal(recorder.Epochs.Count, validation.LastEpoch);
        Assert.Equal(0, validation.LastEpoch % evaluateEvery);
        Assert.True(validation.LastEpoch - validation.BestEpoch >= Patience);

        using var run = new PlayedRun(job).Begin();
        run.PlayUntil();
        Assert.Equal(RunOutcome.Completed, run.Run.Outcome);
        Assert.Equal(recorder.Epochs.Select(Scores), run.Epochs.Select(Scores));
        Assert.Equal(validation, run.Run.Journal.Validation);

        static object Scores(EpochMetrics row) => (row.Epoch, row.Updates, row.Loss, row.TestLoss, row.TestScore, row.BestTestScore);
    }

    [Fact]
    public void What_was_trained_while_the_last_epoch_was_measured_does_not_count()
    {
        var job = Job();
        using var measuredAtOnce = new PlayedRun(job).Begin();
        measuredAtOnce.PlayUntil();
        var last = measuredAtOnce.Epochs.Count;

        // Two epochs late: the run is two epochs ahead when it ends, or has come to its end, or was asked to stop.
        foreach (var stops in (bool[])[false, true])
        {
            using var run = new PlayedRun(job).Begin();
            var states = new List<RunState>();
            run.PlayUntil(() => run.Epochs.Count == last - 1);
            while (run.Run.Journal.Count < 3 && run.Work()) while (run.Learn() || run.Evolve()) { }
            if (stops)
            {
                run.Run.Stop();
                run.Run.Advance();
                Assert.Equal(RunOutcome.Stopped, run.Run.Outcome);
            }
            Assert.True(run.Run.Server.ModelVersion > last * 10);
            while (run.Measure() || run.Report(states.Add)) { }
            Assert.Equal((RunOutcome.Completed, null), (run.Run.Outcome, run.Run.Error));
            Assert.True(run.Run.IsConcluded);
            Assert.False(run.Work());
            Assert.Equal(last, run.Epochs.Count);
            var state = Assert.Single(states);
            Assert.Equal((last, last * 10L), (state.EpochsDone(job.Plan), state.Updates));
            Assert.True(job.Training.EndsEarly(state.Validation));
            state.Dispose();
        }
    }

    [Fact]
    public void A_last_checkpoint_that_is_lost_is_written_again_as_it_was()
    {
        var job = Job();
        using var run = new PlayedRun(job).Begin();
        run.PlayUntil();
        run.Run.Journal.BeginWrite();
        run.Run.LoseWrites("the writer died");
        Assert.False(run.Run.IsConcluded);
        Assert.True(run.Run.TryTakeReport(out var metrics, out var state, out var isBest));
        using (state)
        {
            Assert.Equal((null, false), (metrics, isBest));
            Assert.Equal(run.Epochs.Count, state.EpochsDone(job.Plan));
            Assert.True(job.Training.EndsEarly(state.Validation));
        }
        Assert.True(run.Run.IsConcluded);
    }

    [Fact]
    public void A_run_that_goes_on_from_any_epoch_ends_where_it_would_have()
    {
        var job = Job();
        var states = new List<RunState>();
        using (var whole = new PlayedRun(job).Begin())
        {
            while (!whole.Run.IsConcluded)
                if (!(whole.Learn() || whole.Evolve() || whole.Measure() || whole.Report(state => states.Add(state.Copy())))) Assert.True(whole.Work());
        }
        Assert.InRange(states.Count, 4, EpochsMax - 1);
        for (var epochs = 1; epochs < states.Count; epochs++)
        {
            using var run = new PlayedRun(job, states[epochs - 1]).Begin();
            run.PlayUntil();
            Assert.Equal(Enumerable.Range(epochs + 1, states.Count - epochs), run.Epochs.Select(epoch => epoch.Epoch));
        }
        states[^1].Dispose();
    }

    [Fact]
    public void Patience_needs_validation_samples()
    {
        var training = Job().Training;
        Assert.Contains("--validation", Assert.Throws<InvalidInputException>((training with { EvaluatedOn = EvaluationRole.Test }).Validate).Message);
        Assert.Contains("patience 0", Assert.Throws<InvalidInputException>((training with { Patience = 0 }).Validate).Message);
    }

    [Fact]
    public void Samples_that_decide_the_end_are_part_of_the_hash_of_the_data()
    {
        var job = Job();
        var test = job with { Training = job.Training with { EvaluatedOn = EvaluationRole.Test, Patience = null } };
        Assert.Equal(job.TrainingSet.ContentHash, test.DataHash);
        Assert.Equal(64, job.DataHash.Length);
        Assert.NotEqual(job.DataHash, test.DataHash);
        Assert.NotEqual(job.DataHash, (job with { EvaluationSet = TinyData.Create(30, 8, 3, 99) }).DataHash);
    }

    private static TrainingJob Job(TrainingMode mode = TrainingMode.Wasap, int evaluateEvery = 1)
    {
        var job = TestJob.Create(epochs: EpochsMax, mode: mode);
        return job with
        {
            Training = job.Training with { EvaluatedOn = EvaluationRole.Validation, Patience = Patience, EvaluateEvery = evaluateEvery },
        };
    }

    private sealed class Recorder : TrainingObserver
    {
        public List<EpochMetrics> Epochs { get; } = [];

        public override void OnEpoch(EpochMetrics metrics, TrainingState state) => Epochs.Add(metrics);
    }
}
