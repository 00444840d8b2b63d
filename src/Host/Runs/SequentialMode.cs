using ActorSparse.Model;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>One trainer in this process, without actors.</summary>
internal sealed class SequentialMode : ITrainingMode
{
    public string Name => TrainingModes.Sequential;

    public int WorkerCount => 1;

    public DistributedFacts? Facts => null;

    public TrainingState Run(TrainingJob job, CancellationToken stop)
    {
        using var compute = TrainingSetup.Compute(job.Settings);
        try
        {
            return Train(job, job.Start, compute, stop);
        }
        catch (TrainingDivergedException diverged) when (job.Start.RateScale == 1)
        {
            return Train(job, GoBack(job, diverged.Message), compute, stop);
        }
    }

    private static TrainingState Train(TrainingJob job, TrainingState start, NetworkCompute compute, CancellationToken stop)
    {
        using var trainer = new SequentialTrainer(job.Network, job.Data.Train, job.Data.Test, job.Options, compute, start, job.Recorder);
        try
        {
            trainer.Run(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped between two batches: the state says where.
        }
        job.Recorder.Save(trainer.State);
        return trainer.State;
    }

    // The network becomes that of the last checkpoint, or of the beginning.
    private static TrainingState GoBack(TrainingJob job, string diverged)
    {
        using var last = job.Recorder.GoBack();
        using var beginning = last is null ? Network.Create(job.Network.Spec, new RandomSource(job.Start.Seed)) : null;
        job.Network.CopyFrom(last?.Network ?? beginning!);
        var state = (last?.State ?? job.Start).ForRetry();
        job.Recorder.Retry(Divergence.DescribeRetry(diverged, state.Epoch, state.UpdateCount));
        return state;
    }
}
