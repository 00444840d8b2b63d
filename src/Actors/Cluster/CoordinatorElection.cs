using Akka.Actor;
using Akka.Cluster.Tools.Singleton;

namespace ActorSparse.Actors.Cluster;

/// <summary>Several nodes that may coordinate: the one that has been in the cluster longest does, the others stand by.</summary>
public static class CoordinatorElection
{
    /// <summary>
    /// Joins the cluster and waits until it is this node's turn: true then, false if the node was removed or asked to leave before.
    /// </summary>
    /// <param name="system">The actor system, with the cluster's configuration.</param>
    /// <param name="nodes">All nodes that may coordinate, in the same order on each; the first may begin the cluster.</param>
    /// <param name="onMember">Is called when the node is in the cluster: from then on it counts.</param>
    /// <param name="leave">Ends the wait.</param>
    public static async Task<bool> WaitAsync(
        ActorSystem system, IReadOnlyList<Address> nodes, Action onMember, CancellationToken leave)
    {
        ArgumentNullException.ThrowIfNull(system);
        var elected = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = system.WhenTerminated.ContinueWith(_ => elected.TrySetResult(false), TaskScheduler.Default);
        using var registration = leave.Register(() => elected.TrySetResult(false));
        var cluster = Akka.Cluster.Cluster.Get(system);
        cluster.RegisterOnMemberUp(onMember);
        cluster.JoinSeedNodes([.. nodes]);
        // No waiting after the last one was removed: should it still be alive, it holds the lock of the run folder.
        var settings = ClusterSingletonManagerSettings.Create(system)
            .WithRole(NodeProtocol.CoordinatorRole).WithRemovalMargin(TimeSpan.Zero);
        system.ActorOf(
            ClusterSingletonManager.Props(Props.Create(() => new ElectedActor(elected)), PoisonPill.Instance, settings), "election");
        return await elected.Task.ConfigureAwait(false);
    }

    /// <summary>The settings that the election needs, below all others.</summary>
    public static Akka.Configuration.Config DefaultSettings => ClusterSingleton.DefaultConfig();

    private sealed class ElectedActor : UntypedActor
    {
        public ElectedActor(TaskCompletionSource<bool> elected) => elected.TrySetResult(true);

        protected override void OnReceive(object message) => Unhandled(message);
    }
}
