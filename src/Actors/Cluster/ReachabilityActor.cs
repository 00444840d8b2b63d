using ActorSparse.Actors.Messages;
using ActorSparse.Actors.State;
using Akka.Actor;
using Akka.Cluster;

namespace ActorSparse.Actors.Cluster;

/// <summary>Reports to a run which nodes of its cluster cannot be reached.</summary>
internal sealed class ReachabilityActor : ReceiveActor
{
    public ReachabilityActor(IActorRef run, ulong runId)
    {
        Receive<ClusterEvent.UnreachableMember>(unreachable =>
            run.Tell(new Progress.Happened(runId, RunEvent.NodeUnreachable, $"{unreachable.Member.Address} does not answer")));
        Receive<ClusterEvent.ReachableMember>(reachable =>
            run.Tell(new Progress.Happened(runId, RunEvent.NodeReachable, $"{reachable.Member.Address} answers again")));
    }

    protected override void PreStart() => Akka.Cluster.Cluster.Get(Context.System).Subscribe(
        Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IReachabilityEvent));

    protected override void PostStop() => Akka.Cluster.Cluster.Get(Context.System).Unsubscribe(Self);
}
