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
        using var trainer = new SequentialTrainer(job.Network, job.Data.Train, job.Data.Test, job.Options, compute, job.Start,
            job.Recorder);
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
}
