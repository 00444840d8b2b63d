using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>A worker node's answer to itself: more addresses where a coordinator may be.</summary>
internal sealed record GateAddresses(IReadOnlyList<Address> Addresses) : INoSerializationVerificationNeeded;
