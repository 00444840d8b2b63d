using ActorSparse.Host.Configuration;
using ActorSparse.Model;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>One trainer in this process, without actors.</summary>
internal sealed class SequentialMode : ITrainingMode
{
    public ModeResult Run(TrainingJob job, Settings settings, RunFiles files, RunReporter reporter, CancellationToken stop)
    {
        using var compute = TrainingSetup.Compute(settings);
        var start = files.LastState;
        var result = Train(job, start, files, reporter, compute, stop);
        if (result.Failure is null || start.RateScale < 1) return result;
        return Train(job, GoBack(job, files, reporter, result.Failure), files, reporter, compute, stop);
    }

    private static ModeResult Train(
        TrainingJob job, TrainingState start, RunFiles files, RunReporter reporter, NetworkCompute compute, CancellationToken stop)
    {
        using var trainer = new SequentialTrainer(
            files.Begin.Network, job.TrainingSet, job.TestSet, job.Training, compute, start, new Observer(files, reporter));
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
        files.Write(files.Begin with { State = trainer.State }, metrics: null);
        return new(trainer.State);
    }

    // The network becomes that of the last checkpoint, or of the beginning.
    private static TrainingState GoBack(TrainingJob job, RunFiles files, RunReporter reporter, string diverged)
    {
        using var last = files.GoBack();
        using var beginning = last is null ? Network.Create(job.Spec, job.Random) : null;
        files.Begin.Network.CopyFrom(last?.Network ?? beginning!);
        var state = files.LastState.ForRetry();
        reporter.Retry(Divergence.DescribeRetry(diverged, state.Epoch, state.UpdateCount));
        return state;
    }

    private sealed class Observer(RunFiles files, RunReporter reporter) : TrainingObserver
    {
        public override void OnBatch(TrainingState state, int batchCount) => reporter.Show(
            state.Epoch + 1, state.Batch, batchCount, state.EpochLossSum / Math.Max(1, state.EpochSampleCount), state.EpochSampleCount);

        public override void OnEvaluated(Network network, int epoch, Evaluation evaluation, bool isBest)
        {
            if (isBest) files.WriteBest(network);
        }

        public override void OnEpoch(EpochMetrics metrics, TrainingState state)
        {
            files.Write(files.Begin with { State = state }, metrics);
            reporter.EndEpoch(metrics);
        }
    }
}
