using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>To the gate on its own node: what is trained is known, the run begins.</summary>
internal sealed record OpenGate(GateSetup Setup, RunOrder Run) : INoSerializationVerificationNeeded;
