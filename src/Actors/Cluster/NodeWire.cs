using ActorSparse.Actors.Serialization;
using ActorSparse.Model.Coordination;
using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>
/// What the links of a node have in common: the serializer of the training protocol, which is theirs alone, and the counts of what passed
/// and what was refused. One for each actor system.
/// </summary>
internal sealed class NodeWire : IExtension
{
    private NodeWire(ExtendedActorSystem system)
    {
        Messages = new(system);
        system.RegisterOnTermination(Messages.Dispose);
    }

    /// <summary>
    /// Messages of the training protocol. It is not registered with Akka.NET, so that they come through links or not at all.
    /// </summary>
    public ProtocolSerializer Messages { get; }

    /// <summary>What passed and what was refused.</summary>
    public LinkTraffic Traffic { get; } = new(TimeProvider.System);

    /// <summary>That of <paramref name="system"/>.</summary>
    public static NodeWire Of(ActorSystem system) => system.WithExtension<NodeWire, Provider>();

    private sealed class Provider : ExtensionIdProvider<NodeWire>
    {
        public override NodeWire CreateExtension(ExtendedActorSystem system) => new(system);
    }
}
