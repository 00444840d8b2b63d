using Akka.Actor;

namespace ActorSparse.Actors;

/// <summary>
/// A worker's signal to itself to train its replica on one more batch, so that other messages get through between batches.
/// </summary>
internal sealed record ContinueReplica(long Ticket) : INoSerializationVerificationNeeded;
