using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using ActorSparse.Model;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Training;
using RunJob = ActorSparse.Model.Coordination.TrainingJob;

namespace ActorSparse.Host.Runs;

/// <summary>A coordinator in this process, with workers where the site has them (docs/protocol.md).</summary>
internal sealed class DistributedMode(TrainingMode mode, ITrainingSite site) : ITrainingMode
{
    public string Name => mode == TrainingMode.Wasap ? "wasap" : TrainingModes.Wssp;

    public int WorkerCount { get; private set; } = 1;

    public DistributedFacts? Facts { get; private set; }

    public TrainingState Run(TrainingJob job, CancellationToken stop)
    {
        WorkerCount = job.Settings.Whole("workers");
        var hocon = site.Configuration;
        var run = Job(job);
        run.Validate();
        var state = job.Begin.Coordination is null ? null : RunCheckpoint.Read(job.Begin, run, "the last checkpoint");
        // The run takes its state over; the job keeps its network and gets the result.
        state = state is null
            ? RunState.Initial(job.Network.Clone(), run)
            : state with { Network = state.Network.Clone(), Replicas = [.. state.Replicas.Select(replica => replica?.Clone())] };
        using var pump = new BlockingCollection<Action>();
        using var listener = new DistributedListener(job, run, state, pump);
        var system = site.Start(hocon);
        try
        {
            var training = site.TrainAsync(system, job, run, state, listener, stop);
            _ = training.ContinueWith(_ => pump.CompleteAdding(), TaskScheduler.Default);
            // Metrics, checkpoints and display are the calling thread's, whoever trains.
            foreach (var action in pump.GetConsumingEnumerable(CancellationToken.None)) action();
            var result = training.GetAwaiter().GetResult();
            using var network = result.Network;
            job.Network.CopyFrom(network);
            Facts = listener.Facts(result.Status);
            if (result.Outcome == RunOutcome.Failed)
            {
                // The last checkpoint is from before the updates that led to this.
                job.Recorder.LastState = listener.LastState with { UpdateCount = result.Status.Updates };
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

    private RunJob Job(TrainingJob job) => DistributedJob.Create(
        Math.Max(1, BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8))), job.Settings, job.Network.Spec, job.Options,
        WorkerCount, job.Data, job.Start.Seed, job.Begin.ConfigurationHash);
}
