using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>To a worker node and its links: deliver what is being computed, take leave and stop.</summary>
internal sealed class LeaveNode : INoSerializationVerificationNeeded
{
    public static readonly LeaveNode Instance = new();

    private LeaveNode() { }
}
