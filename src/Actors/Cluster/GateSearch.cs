using System.Globalization;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Tools.Singleton;
using Akka.Remote;

namespace ActorSparse.Actors.Cluster;

/// <summary>A worker node's way to the gate while it does not know where that is.</summary>
internal sealed class GateSearch(IActorContext context)
{
    private IActorRef _proxy = ActorRefs.Nobody;
    private int _proxiesMade;
    private string? _connectionError;

    /// <summary>What may be the reason that there is no answer.</summary>
    public string WhyUnanswered =>
        _connectionError ?? (IsMember ? "is it running there?" : "not in its cluster yet; is it running and reachable there?");

    private bool IsMember => Akka.Cluster.Cluster.Get(context.System).SelfMember.Status != MemberStatus.Removed;

    // With a new proxy, since one that knows the gate would go on to write to that one after its process is gone.
    public void Begin()
    {
        context.Stop(_proxy);
        _proxy = context.ActorOf(
            ClusterSingletonProxy.Props(
                $"/user/{NodeProtocol.GateManagerName}",
                ClusterSingletonProxySettings.Create(context.System)
                    .WithRole(NodeProtocol.CoordinatorRole).WithSingletonName(NodeProtocol.GateName)),
            string.Create(CultureInfo.InvariantCulture, $"gate-{++_proxiesMade}"));
    }

    // Not before the cluster has taken the node in: until then a dead one of the same address may be a member, whose removal ends the
    // links of both.
    public void Ask()
    {
        if (IsMember) _proxy.Tell(new Nodes.AskTraining(NodeProtocol.Version));
    }

    public void OnConnectionError(AssociationErrorEvent error) =>
        _connectionError = error.Cause.GetBaseException().Message.ReplaceLineEndings(" ").Trim();
}
