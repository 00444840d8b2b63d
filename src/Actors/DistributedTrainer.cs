using ActorSparse.Model.Coordination;
using Akka.Actor;

namespace ActorSparse.Actors;

/// <summary>Trains with a coordinator, local workers and helpers in one actor system: the counterpart of the sequential trainer.</summary>
public static class DistributedTrainer
{
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
    public static async Task<RunResult> RunAsync(
        ActorSystem system, TrainingJob job, RunState state, ITrainingListener listener, ICheckpointSink? checkpoints = null,
        int threadsPerWorker = 1, Func<CoordinatorSetup, CoordinatorSetup>? change = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(job);
        job.Validate();
        var settings = ProtocolSettings.From(system.Settings.Config);
        var result = new TaskCompletionSource<RunResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        CoordinatorSetup Setup(IActorRef self) => new()
        {
            Job = job,
            Settings = settings,
            State = state,
            Listener = self,
            LocalWorkers = job.Run.Workers,
            WorkerProps = (coordinator, name, incarnation) => WorkerActor.Props(
                new()
                {
                    Name = name, Incarnation = incarnation, Coordinator = coordinator, Job = job, Settings = settings, Threads = threadsPerWorker,
                }),
            TopologyProps = TopologyActor.Props(job),
            EvaluatorProps = job.EvaluationSet is null ? null : EvaluatorActor.Props(job),
            CheckpointProps = checkpoints is null ? null : CheckpointActor.Props(checkpoints),
        };
        Func<IActorRef, CoordinatorSetup> setup = change is null ? Setup : self => change(Setup(self));
        var runner = system.ActorOf(RunActor.Props(new(setup, job.RunId, listener, result, checkpoints)));
        using var registration = cancellation.Register(() => runner.Tell(new Messages.Progress.Stop(job.RunId), ActorRefs.NoSender));
        return await result.Task.ConfigureAwait(false);
    }
}
