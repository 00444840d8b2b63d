using ActorSparse.Actors.Messages;
using ActorSparse.Model.Recovery;
using Akka.Actor;

namespace ActorSparse.Actors.Recovery;

/// <summary>Recovers with workers in this process, each with a share of the samples.</summary>
internal static class RecoveryActors
{
    /// <summary>
    /// Runs <paramref name="steps"/> on <paramref name="data"/> to its end: bit for bit as <see cref="IhtSteps.Run"/> does, however many
    /// workers there are and whichever of them die.
    /// </summary>
    /// <param name="system">The actor system, configured as hocon/laptop.conf.</param>
    /// <param name="data">The samples.</param>
    /// <param name="steps">The algorithm, at its beginning.</param>
    /// <param name="workers">Number of workers.</param>
    /// <param name="change">For tests of failures: replaces workers.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="InvalidOperationException">All workers died too often.</exception>
    /// <exception cref="Model.TrainingDivergedException">A number was not finite.</exception>
    public static async Task RunAsync(
        ActorSystem system, RecoveryData data, IhtSteps steps, int workers, Func<RecoverySetup, RecoverySetup>? change = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(data);
        using var samples = SampleStore.Of(data);
        var settings = ProtocolSettings.From(system.Settings.Config);
        var setup = new RecoverySetup
        {
            RunId = 0,
            Shares = workers,
            LocalWorkers = workers,
            WorkerProps = (coordinator, name, incarnation) => RecoveryWorkerActor.Props(new(name, incarnation, coordinator, samples, settings.AnswerTimeout)),
            Settings = settings,
        };
        if (change is not null) setup = change(setup);
        var coordinator = system.ActorOf(RecoveryCoordinatorActor.Props(setup));
        var result = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        coordinator.Tell(new RecoveryMessage.Solve(new(0, 0, 0, [], 0), steps, result), ActorRefs.NoSender);
        using var registration = cancellation.Register(() => coordinator.Tell(new Progress.Stop(setup.RunId), ActorRefs.NoSender));
        try
        {
            await result.Task.ConfigureAwait(false);
        }
        finally
        {
            // With it go its workers: nobody reads the samples any more.
            system.Stop(coordinator);
            await coordinator.WatchAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }
}
