using System.Collections.Concurrent;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;
using Akka.Actor;

namespace ActorSparse.Actors.Tests;

/// <summary>Whole trainings on real threads that diverge: once, twice, before and after the first checkpoint.</summary>
public sealed class RetryTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("retry", TestSettings.Hocon);

    public void Dispose() => _system.Terminate().Wait();

    [Theory]
    [InlineData(TrainingMode.Wasap, 1, 2)]
    [InlineData(TrainingMode.Wssp, 2, 2)]
    [InlineData(TrainingMode.Wasap, 1, 4)]
    [InlineData(TrainingMode.Wssp, 3, 5)]
    public async Task A_run_that_diverges_once_goes_on_from_its_last_checkpoint_at_half_the_learning_rate(
        TrainingMode mode, int workers, int lostIn)
    {
        var job = TestJob.Create(workers, epochs: 6, phaseTwo: 0.5, mode: mode, samples: 240);
        var (sink, listener, lives) = (new RecordingSink(), new RecordingListener(), new ConcurrentQueue<int>());
        var result = await Run(job, TestJob.Begin(job), sink, listener, (life, epoch) => life == 1 && epoch == lostIn, lives);
        Assert.Equal((RunOutcome.Completed, null), (result.Outcome, result.Error));
        Assert.Equal([1, 2], lives);
        var retried = Assert.Single(listener.Events, item => item.Kind == RunEvent.Retried).Text;
        Assert.EndsWith($"going on after epoch {lostIn} at half the learning rate", retried, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, 6), listener.Epochs.Select(epoch => epoch.Epoch));
        Assert.Equal(6, sink.Count);
        Assert.Equal([1, 0.5], Enumerable.Range(0, 6).Select(index => sink[index].RateScale).Distinct());

        var state = sink[lostIn - 1] with { RateScale = 0.5 };
        var expected = await Run(job with { RunId = 3 }, state, null, new(), (_, _) => false);
        Networks.AssertIdentical(expected.Network, result.Network, $"{mode}, {lostIn}");
        // Also from a checkpoint of the second life.
        var resumed = await Run(job with { RunId = 4 }, sink[lostIn], null, new(), (_, _) => false);
        Networks.AssertIdentical(expected.Network, resumed.Network, $"{mode}, {lostIn}, resumed");
        foreach (var each in (RunResult[])[result, expected, resumed]) each.Network.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_checkpoint_it_begins_again_and_equals_sequential_training_at_half_the_learning_rate(bool writes)
    {
        var job = TestJob.Create(workers: 1, epochs: 4, phaseTwo: 0.5);
        var listener = new RecordingListener();
        var result = await Run(
            job, TestJob.Begin(job), writes ? new RecordingSink() : null, listener, (life, _) => life == 1);
        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Contains(listener.Events, item => item.Text.Contains("beginning again at half", StringComparison.Ordinal));
        using var expected = Network.Create(job.Spec, job.Random);
        using var compute = new NetworkCompute();
        var start = new TrainingState { Seed = job.Seed }.ForRetry();
        using var trainer = new SequentialTrainer(expected, job.TrainingSet, job.EvaluationSet, job.Training, compute, start);
        trainer.Run();
        Networks.AssertIdentical(expected, result.Network, "from the beginning");
        result.Network.Dispose();
    }

    [Fact]
    public async Task A_continued_run_that_writes_nothing_goes_back_to_where_it_was_continued()
    {
        var job = TestJob.Create(workers: 1, epochs: 4);
        var sink = new RecordingSink();
        (await Run(job, TestJob.Begin(job), sink, new(), (_, _) => false)).Network.Dispose();
        var result = await Run(job, sink[1], null, new(), (life, epoch) => life == 1 && epoch == 3);
        var expected = await Run(job, sink[1] with { RateScale = 0.5 }, null, new(), (_, _) => false);
        Networks.AssertIdentical(expected.Network, result.Network, "continued");
        result.Network.Dispose();
        expected.Network.Dispose();
    }

    // Two workers of WASAP may begin the epoch that is lost before the one before it is over: which epochs are written is then chance.
    [Theory]
    [InlineData(TrainingMode.Wasap, 1)]
    [InlineData(TrainingMode.Wssp, 2)]
    public async Task A_run_that_diverges_twice_has_failed_and_keeps_what_it_has_written(TrainingMode mode, int workers)
    {
        var job = TestJob.Create(workers, epochs: 6, mode: mode);
        var (sink, listener, lives) = (new RecordingSink(), new RecordingListener(), new ConcurrentQueue<int>());
        var result = await Run(job, TestJob.Begin(job), sink, listener, (life, epoch) => epoch == life + 1, lives);
        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Contains("training diverged", result.Error, StringComparison.Ordinal);
        Assert.Equal([1, 2], lives);
        Assert.Equal([1, 2, 3], listener.Epochs.Select(epoch => epoch.Epoch));
        Assert.Equal([1, 1, 0.5], Enumerable.Range(0, sink.Count).Select(index => sink[index].RateScale));
        Assert.True(result.Status.Updates >= sink[2].Updates);
        result.Network.Dispose();
    }

    // With weights of 100,000 times the size and no learning to speak of, both lives end in their first epoch.
    [Theory]
    [InlineData(TrainingMode.Wasap, 0.0, 20)]
    [InlineData(TrainingMode.Wssp, 0.0, 20)]
    [InlineData(TrainingMode.Wssp, 1.0, 30)]
    public async Task A_loss_far_above_a_guess_ends_the_epoch_before_it_is_evaluated(TrainingMode mode, double phaseTwo, int updates)
    {
        var job = TestJob.Create(workers: 1, epochs: 3, phaseTwo, mode: mode, samples: 240);
        job = job with { Training = job.Training with { Optimizer = new() { LearningRate = 1e-9 } } };
        var state = TestJob.Begin(job);
        foreach (ref var value in state.Network.Parameters.Sparse[^1].Values.Span) value *= 100_000;
        var sink = new RecordingSink();
        sink.Write(state, null, false);
        var listener = new RecordingListener();
        var result = await Run(job, state, sink, listener, (_, _) => false);
        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Contains("times that of taking all classes for alike", result.Error, StringComparison.Ordinal);
        Assert.Equal(updates, result.Status.Updates);
        Assert.Empty(listener.Epochs);
        Assert.Equal(1, sink.Count);
        result.Network.Dispose();
    }

    [Theory]
    [InlineData(TrainingMode.Wasap, 0.0)]
    [InlineData(TrainingMode.Wssp, 0.0)]
    [InlineData(TrainingMode.Wasap, 1.0)]
    public async Task A_network_that_fell_back_to_a_constant_guess_ends_the_run(TrainingMode mode, double phaseTwo)
    {
        var job = TestJob.Create(workers: 2, epochs: 3, phaseTwo, mode: mode);
        job = job with { Training = job.Training with { Optimizer = new() { LearningRate = 1e-9 } } };
        var state = TestJob.Begin(job) with { BestEpochLoss = 0.3, RateScale = 0.5 };
        foreach (var layer in state.Network.Parameters.Sparse) layer.Values.Span.Clear();
        var (sink, listener) = (new RecordingSink(), new RecordingListener());
        var result = await Run(job, state, sink, listener, (_, _) => false);
        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Contains("epoch 1: the network fell back to a constant guess", result.Error, StringComparison.Ordinal);
        Assert.Empty(listener.Epochs);
        Assert.Equal(0, sink.Count);
        result.Network.Dispose();
    }

    [Fact]
    public async Task A_checkpoint_that_cannot_be_read_ends_the_run_with_both_reasons()
    {
        var job = TestJob.Create(workers: 1, epochs: 4);
        var result = await Run(job, TestJob.Begin(job), new DamagedSink(), new(), (life, epoch) => life == 1 && epoch == 2);
        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Contains("training diverged", result.Error, StringComparison.Ordinal);
        Assert.EndsWith("the last checkpoint cannot be read (bits are gone)", result.Error, StringComparison.Ordinal);
        result.Network.Dispose();
    }

    [Fact]
    public async Task A_stop_that_comes_between_the_lives_stops_the_second()
    {
        var job = TestJob.Create(workers: 1, epochs: 400);
        using var stop = new CancellationTokenSource();
        var sink = new RecordingSink { WhenRead = stop.Cancel };
        var result = await DistributedTrainer.RunAsync(
            _system, job, TestJob.Begin(job), new RecordingListener(), sink,
            change: Lives((life, epoch) => life == 1 && epoch == 2), cancellation: stop.Token);
        Assert.Equal(RunOutcome.Stopped, result.Outcome);
        Assert.Equal(0.5, sink[sink.Count - 1].RateScale);
        result.Network.Dispose();
    }

    private Task<RunResult> Run(
        TrainingJob job, RunState state, ICheckpointSink? sink, RecordingListener listener, Func<int, int, bool> isLost,
        ConcurrentQueue<int>? lives = null) =>
        DistributedTrainer.RunAsync(_system, job, state, listener, sink, change: Lives(isLost, lives));

    // What is lost is a function of the life of the coordinator, counted from 1, and the epoch.
    private static Func<CoordinatorSetup, CoordinatorSetup> Lives(
        Func<int, int, bool> isLost, ConcurrentQueue<int>? lives = null)
    {
        var count = 0;
        return setup =>
        {
            var life = ++count;
            lives?.Enqueue(life);
            return setup.WithWorkers(beforeBatch: (_, _, epoch, _) =>
            {
                if (isLost(life, epoch)) throw new TrainingDivergedException("lost");
            });
        };
    }

    private sealed class DamagedSink : ICheckpointSink
    {
        public void Write(RunState state, EpochMetrics? metrics, bool isBest) { }

        public RunState ReadLast() => throw new InvalidInputException("bits are gone");
    }
}
