using ActorSparse.Model;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;
using Akka.Actor;
using Akka.Configuration;

namespace ActorSparse.Actors;

/// <summary>Trains with a coordinator, local workers and helpers in one actor system: the counterpart of the sequential trainer.</summary>
public static class DistributedTrainer
{
    private const string ConfigurationName = "laptop.conf";

    /// <summary>
    /// Trains with workers in this process, asynchronously at first and then each by itself (docs/protocol.md). With several workers no two
    /// results are the same; with one it is that of <see cref="Trainer.Train(DataPair, CancellationToken)"/>, bit for bit.
    /// </summary>
    /// <param name="trainer">What is trained and how.</param>
    /// <param name="data">The samples.</param>
    /// <param name="workers">Number of workers; null: one a core, at most 4, as the samples allow.</param>
    /// <param name="cancellation">Ends the training early.</param>
    /// <exception cref="InvalidInputException">Options and data do not go together.</exception>
    /// <exception cref="InvalidOperationException">Training failed; the message says why.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Task<TrainedNetwork> TrainAsync(
        this Trainer trainer, DataPair data, int? workers = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(data);
        workers ??= TrainingDefaults.Workers(data.Train.SampleCount, null, TrainingDefaults.LocalWorkers, trainer.BatchSize);
        return trainer.TrainAsync(trainer.Job(data, workers.Value), cancellation);
    }

    /// <summary>As <see cref="TrainAsync(Trainer, DataPair, int?, CancellationToken)"/>, with the workers of the job.</summary>
    /// <exception cref="InvalidInputException">Options and data do not go together.</exception>
    /// <exception cref="InvalidOperationException">Training failed; the message says why.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<TrainedNetwork> TrainAsync(this Trainer trainer, TrainingJob job, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(job);
        job.Validate();
        using var history = new TrainingHistory(job, trainer.OnEpoch);
        using var system = ActorSystem.Create("actorsparse", LocalConfiguration(job.Run.Workers));
        var threads = TrainingDefaults.ThreadsPerWorker(trainer.Threads ?? Environment.ProcessorCount, job.Run.Workers);
        var state = RunState.Initial(Network.Create(job.Spec, job.Random), job);
        var result = await RunAsync(system, job, state, history, history, threads, cancellation: cancellation).ConfigureAwait(false);
        await system.Terminate().ConfigureAwait(false);
        if (result.Outcome == RunOutcome.Completed) return history.Finish(result.Network);
        result.Network.Dispose();
        cancellation.ThrowIfCancellationRequested();
        throw new InvalidOperationException(result.Error);
    }

    /// <summary>hocon/laptop.conf, for so many workers.</summary>
    internal static Config LocalConfiguration(int workers)
    {
        using var text = new StreamReader(typeof(DistributedTrainer).Assembly.GetManifestResourceStream(ConfigurationName)!);
        return ProtocolSettings.ForWorkers(ConfigurationFactory.ParseString(text.ReadToEnd()), workers);
    }

    /// <summary>
    /// Runs <paramref name="job"/> from <paramref name="state"/>, which it takes over, to its end. Cancelling writes a checkpoint and ends
    /// it with
    /// <see cref="RunOutcome.Stopped"/>.
    /// </summary>
    /// <param name="system">The actor system, configured as hocon/laptop.conf.</param>
    /// <param name="job">What is to be trained.</param>
    /// <param name="state">Where to begin.</param>
    /// <param name="listener">Is told how it goes.</param>
    /// <param name="checkpoints">Where checkpoints go; null for nowhere.</param>
    /// <param name="threadsPerWorker">Threads that compute one batch together.</param>
    /// <param name="change">For tests of failures: replaces workers or helpers in what the coordinator is created with.</param>
    /// <param name="cancellation">Ends the run early.</param>
    internal static async Task<RunResult> RunAsync(
        ActorSystem system, TrainingJob job, RunState state, ITrainingListener listener, ICheckpointSink? checkpoints = null,
        int threadsPerWorker = 1, Func<CoordinatorSetup, CoordinatorSetup>? change = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(job);
        job.Validate();
        var settings = ProtocolSettings.From(system.Settings.Config);
        var result = new TaskCompletionSource<RunResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var checkpointProps = checkpoints is null ? null : CheckpointActor.Props(checkpoints);
        CoordinatorSetup Setup(IActorRef self) =>
            CoordinatorSetup.Of(job, settings, state, self, checkpointProps).WithWorkers(threadsPerWorker);
        Func<IActorRef, CoordinatorSetup> setup = change is null ? Setup : self => change(Setup(self));
        var runner = system.ActorOf(RunActor.Props(new TrainingOrder(setup, job.RunId, listener, result, checkpoints)));
        using var registration = cancellation.Register(() => runner.Tell(new Messages.Progress.Stop(job.RunId), ActorRefs.NoSender));
        return await result.Task.ConfigureAwait(false);
    }
}
