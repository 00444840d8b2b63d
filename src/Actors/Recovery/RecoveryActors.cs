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
        var setup = new RecoverySetup
        {
            Steps = steps,
            Workers = workers,
            WorkerProps = (number, _) => RecoveryWorkerActor.Props(number, data),
            Settings = ProtocolSettings.From(system.Settings.Config),
            Result = new(TaskCreationOptions.RunContinuationsAsynchronously),
        };
        if (change is not null) setup = change(setup);
        var coordinator = system.ActorOf(RecoveryCoordinatorActor.Props(setup));
        using var registration = cancellation.Register(() => coordinator.Tell(new RecoveryMessage.Stop(), ActorRefs.NoSender));
        await setup.Result.Task.ConfigureAwait(false);
    }
}
