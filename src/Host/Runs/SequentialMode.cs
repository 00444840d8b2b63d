using ActorSparse.Host.Configuration;
using ActorSparse.Model;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>One trainer in this process, without actors.</summary>
internal sealed class SequentialMode : ITrainingMode
{
    public string Name => TrainingModes.Sequential;

    public int WorkerCount => 1;

    public DistributedFacts? Facts => null;

    public TrainingState Run(TrainingJob job, Checkpoint begin, RunRecorder recorder, Settings settings, CancellationToken stop)
    {
        using var compute = TrainingSetup.Compute(settings);
        TrainingState Train(TrainingState start) => SequentialMode.Train(job, begin.Network, start, recorder, compute, stop);
        try
        {
            return Train(begin.State!);
        }
        catch (TrainingDivergedException diverged) when (begin.State!.RateScale == 1)
        {
            return Train(GoBack(job, begin, recorder, diverged.Message));
        }
    }

    private static TrainingState Train(
        TrainingJob job, Network network, TrainingState start, RunRecorder recorder, NetworkCompute compute, CancellationToken stop)
    {
        using var trainer = new SequentialTrainer(network, job.TrainingSet, job.TestSet, job.Training, compute, start, recorder);
        try
        {
            trainer.Run(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped between two batches: the state says where.
        }
        recorder.Save(trainer.State);
        return trainer.State;
    }

    // The network becomes that of the last checkpoint, or of the beginning.
    private static TrainingState GoBack(TrainingJob job, Checkpoint begin, RunRecorder recorder, string diverged)
    {
        using var last = recorder.GoBack();
        using var beginning = last is null ? Network.Create(job.Spec, job.Random) : null;
        begin.Network.CopyFrom(last?.Network ?? beginning!);
        var state = (last?.State ?? begin.State!).ForRetry();
        recorder.Retry(Divergence.DescribeRetry(diverged, state.Epoch, state.UpdateCount));
        return state;
    }
}
