using ActorSparse.Host.Configuration;
using ActorSparse.Model;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>One trainer in this process, without actors.</summary>
internal sealed class SequentialMode(TrainingJob job, Settings settings) : ITrainingMode
{
    private readonly NetworkCompute _compute = TrainingSetup.Compute(settings);

    public ModeResult Run(RunFiles files, RunReporter reporter, CancellationToken stop)
    {
        var start = files.LastState;
        var result = Train(start, files.Begin.Replicas, files, reporter, stop);
        if (result.Failure is null || start.RateScale < 1) return result;
        using var last = files.GoBack();
        return Train(GoBack(last, files, reporter, result.Failure), last?.Replicas ?? [], files, reporter, stop);
    }

    public void Dispose() => _compute.Dispose();

    // The networks that the rule keeps beside the one in training are a checkpoint's replicas.
    private ModeResult Train(
        TrainingState start, IReadOnlyList<Network?> kept, RunFiles files, RunReporter reporter, CancellationToken stop)
    {
        var observer = new Observer(files, reporter);
        using var trainer = new SequentialTrainer(
            files.Begin.Network, job.TrainingSet, job.EvaluationSet, job.Training, _compute, start, observer, kept: kept);
        observer.Trainer = trainer;
        try
        {
            trainer.Run(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped between two batches: the state says where.
        }
        catch (TrainingDivergedException diverged)
        {
            return new(trainer.State, diverged.Message);
        }
        observer.Write(trainer.State, metrics: null);
        return new(trainer.State);
    }

    // The network becomes that of the last checkpoint, or of the beginning.
    private TrainingState GoBack(Checkpoint? last, RunFiles files, RunReporter reporter, string diverged)
    {
        using var beginning = last is null ? Network.Create(job.Spec, job.Random) : null;
        files.Begin.Network.CopyFrom(last?.Network ?? beginning!);
        var state = files.LastState.ForRetry();
        reporter.Tell(RunEvent.Retried, Divergence.DescribeRetry(diverged, state.Epoch, state.UpdateCount));
        return state;
    }

    private sealed class Observer(RunFiles files, RunReporter reporter) : TrainingObserver
    {
        private readonly WriteWatch _writes = new();

        public SequentialTrainer? Trainer { get; set; }

        public void Write(TrainingState state, EpochMetrics? metrics)
        {
            var error = files.TryWrite(files.Begin with { State = state, Replicas = Trainer?.Kept ?? [] }, metrics);
            if (_writes.Hear(error is null ? null : $"the checkpoint was not written: {error}") is var (kind, text)) reporter.Tell(kind, text);
        }

        public override void OnBatch(TrainingState state, int batchCount) => reporter.Show(
            state.Epoch + 1, state.Batch, batchCount, state.EpochLossSum / Math.Max(1, state.EpochSampleCount), state.EpochSampleCount);

        public override void OnEvaluated(Network network, int epoch, Evaluation evaluation, bool isBest)
        {
            if (isBest) files.WriteBest(network);
        }

        public override void OnEpoch(EpochMetrics metrics, TrainingState state)
        {
            Write(state, metrics);
            reporter.EndEpoch(metrics);
        }
    }
}
