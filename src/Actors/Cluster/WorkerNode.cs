using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>A process that works for a coordinator on another node, for as long as there is work.</summary>
internal static class WorkerNode
{
    /// <summary>
    /// Joins, works, and joins again, with a fresh actor system, whenever the coordinator was lost: systems of which one has taken the
    /// other for dead do not talk to each other any more. Ends when training is over or was stopped, when the node is refused, or, after
    /// delivering, when <paramref name="leave"/> is cancelled.
    /// </summary>
    /// <param name="create">Makes an actor system with a worker node's configuration.</param>
    /// <param name="setup">What the node does.</param>
    /// <param name="leave">Asks for a graceful end.</param>
    public static async Task<(WorkerNodeOutcome Outcome, string Detail)> RunAsync(
        Func<ActorSystem> create, WorkerNodeSetup setup, CancellationToken leave)
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentNullException.ThrowIfNull(setup);
        while (true)
        {
            var system = create();
            var life = new NodeLife(system);
            var (outcome, detail) = await RunOnceAsync(system, setup, leave).ConfigureAwait(false);
            if (outcome != WorkerNodeOutcome.CoordinatorLost || leave.IsCancellationRequested) return (outcome, detail);
            setup.Say($"{detail}; joining again");
            await life.WaitForNextAsync(leave).ConfigureAwait(false);
            if (leave.IsCancellationRequested) return (WorkerNodeOutcome.Left, "left");
        }
    }

    private static async Task<(WorkerNodeOutcome Outcome, string Detail)> RunOnceAsync(
        ActorSystem system, WorkerNodeSetup setup, CancellationToken leave)
    {
        var outcome = new TaskCompletionSource<(WorkerNodeOutcome Outcome, string Detail)>(
            TaskCreationOptions.RunContinuationsAsynchronously);
        var settings = LinkSettings.From(system.Settings.Config);
        _ = system.WhenTerminated.ContinueWith(
            _ => outcome.TrySetResult((WorkerNodeOutcome.CoordinatorLost, NodeLife.EndingOf(system))), TaskScheduler.Default);
        var node = system.ActorOf(Props.Create(() => new WorkerNodeActor(setup, outcome)), "node");
        using var registration = leave.Register(() =>
        {
            node.Tell(new NodeSignal.LeaveNode(), ActorRefs.NoSender);
            _ = Task.Delay(settings.LeaveTimeout, CancellationToken.None).ContinueWith(
                _ => outcome.TrySetResult((WorkerNodeOutcome.Left, "left before everything was delivered")), TaskScheduler.Default);
        });
        var result = await outcome.Task.ConfigureAwait(false);
        await system.Terminate().ConfigureAwait(false);
        return result;
    }
}
