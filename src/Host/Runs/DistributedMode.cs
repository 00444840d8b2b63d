using System.Collections.Concurrent;
using ActorSparse.Host.Configuration;
using ActorSparse.Model;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>A coordinator in this process, with workers where the site has them (docs/protocol.md).</summary>
internal sealed class DistributedMode(TrainingMode mode, ITrainingSite site) : ITrainingMode
{
    public string Name => mode == TrainingMode.Wasap ? "wasap" : TrainingModes.Wssp;

    public int WorkerCount { get; private set; } = 1;

    public DistributedFacts? Facts { get; private set; }

    public TrainingState Run(TrainingJob job, Checkpoint begin, RunRecorder recorder, Settings settings, CancellationToken stop)
    {
        WorkerCount = job.Run.Workers;
        var hocon = site.Configuration;
        // The run takes its state over; the beginning keeps its network, which gets the result.
        var state = begin.Coordination is null
            ? RunState.Initial(begin.Network.Clone(), job)
            : RunCheckpoint.Read(begin, "the last checkpoint").Copy();
        using var pump = new BlockingCollection<Action>();
        using var listener = new DistributedListener(job, begin, recorder, state, pump);
        var system = site.Start(hocon);
        try
        {
            var training = site.TrainAsync(system, job, settings, state, listener, stop);
            _ = training.ContinueWith(_ => pump.CompleteAdding(), TaskScheduler.Default);
            // Metrics, checkpoints and display are the calling thread's, whoever trains.
            foreach (var action in pump.GetConsumingEnumerable(CancellationToken.None)) action();
            var result = training.GetAwaiter().GetResult();
            using var network = result.Network;
            begin.Network.CopyFrom(network);
            Facts = listener.Facts(result.Status);
            if (result.Outcome == RunOutcome.Failed)
            {
                // The last checkpoint is from before the updates that led to this.
                recorder.LastState = listener.LastState with { UpdateCount = result.Status.Updates };
                throw new TrainingDivergedException(result.Error!);
            }
            return listener.LastState;
        }
        finally
        {
            listener.Abandon();
            site.CloseAsync(system).Wait(CancellationToken.None);
        }
    }
}
