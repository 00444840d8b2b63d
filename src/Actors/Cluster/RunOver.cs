using ActorSparse.Model.Coordination;
using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>
/// From the gate to its links: the run is over and the coordinator has stopped. Workers that join only now, as after a life that ended at
/// once, learn it from their link.
/// </summary>
internal sealed record RunOver(RunOutcome Outcome, string? Error) : INoSerializationVerificationNeeded;
