using Akka.Actor;

namespace Akka.Conformance.Serializers;

/// <summary>A message with an actor reference in it.</summary>
public sealed record Introduction(IActorRef Who) : IMeasurement;
