using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using ActorSparse.Actors;
using ActorSparse.Actors.State;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Training;
using Akka.Actor;
using Akka.Configuration;
using RunJob = ActorSparse.Actors.TrainingJob;

namespace ActorSparse.Host.Runs;

/// <summary>A coordinator with workers in this process (docs/protocol.md).</summary>
internal sealed class DistributedMode(TrainingMode mode) : ITrainingMode
{
    private const int DefaultWorkersMax = 4;

    public string Name => mode == TrainingMode.Wasap ? "wasap" : "wssp";

    public int WorkerCount { get; private set; } = 1;

    public DistributedFacts? Facts { get; private set; }

    public TrainingState Run(TrainingJob job, CancellationToken stop)
    {
        var state = job.Begin.Coordination is null ? null : RunCheckpoint.Read(job.Begin, "the last checkpoint");
        WorkerCount = Workers(job, state);
        var hocon = Hocon();
        var run = Job(job, ProtocolSettings.From(hocon));
        run.Validate();
        // The run takes its state over; the job keeps its network and gets the result.
        state = state is null
            ? RunState.Initial(job.Network.Clone(), run)
            : state with { Network = state.Network.Clone(), Replicas = [.. state.Replicas.Select(replica => replica?.Clone())] };
        var threads = Math.Max(1, TrainingSetup.Threads(job.Settings) / WorkerCount);
        using var pump = new BlockingCollection<Action>();
        using var listener = new DistributedListener(job, run, state, pump);
        var system = ActorSystem.Create("actorsparse", hocon);
        try
        {
            var training = DistributedTrainer.RunAsync(system, run, state, listener, listener, threads, stop);
            _ = training.ContinueWith(_ => pump.CompleteAdding(), TaskScheduler.Default);
            // Metrics, checkpoints and display are the calling thread's, whoever trains.
            foreach (var action in pump.GetConsumingEnumerable(CancellationToken.None)) action();
            var result = training.GetAwaiter().GetResult();
            using var network = result.Network;
            job.Network.CopyFrom(network);
            Facts = listener.Facts(result.Status);
            if (result.Outcome == RunOutcome.Failed) throw new TrainingDivergedException(result.Error!);
            return listener.LastState;
        }
        finally
        {
            listener.Abandon();
            system.Terminate().Wait(CancellationToken.None);
        }
    }

    private static Config Hocon() =>
        ConfigurationFactory.ParseString(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "hocon", "laptop.conf")));

    // As many as began the run, also on another machine.
    private static int Workers(TrainingJob job, RunState? state)
    {
        if (job.Settings.FindWhole("workers") is { } wanted) return wanted;
        if (state is not null) return state.Ledger.Done.Length;
        var batches = DataShard.TotalBatches(job.Data.Train.SampleCount, job.Options.BatchSize);
        return Math.Min(Math.Min(Environment.ProcessorCount, DefaultWorkersMax), batches);
    }

    private RunJob Job(TrainingJob job, ProtocolSettings protocol) => new()
    {
        RunId = Math.Max(1, BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8))),
        Spec = job.Network.Spec,
        Training = job.Options,
        Run = new()
        {
            Mode = mode,
            Workers = WorkerCount,
            PhaseTwoFraction = job.Settings.Number("phase-two"),
            Rounds = job.Settings.Whole("rounds"),
            StalenessMaxSteps = job.Settings.FindWhole("staleness-max"),
            StalenessDamping = job.Settings.Number("staleness-damping"),
        },
        Seed = job.Start.Seed,
        TrainingSet = job.Data.Train,
        TestSet = job.Data.Test,
        Settings = protocol,
        Kernels = SparseKernels.Named(job.Settings.Find("kernels")),
        ConfigurationHash = Convert.ToUInt64(job.Begin.ConfigurationHash[..16], 16),
    };
}
