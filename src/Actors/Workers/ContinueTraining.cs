using Akka.Actor;

namespace ActorSparse.Actors;

/// <summary>
/// A worker's signal to itself to train on one more batch of a hand-out, so that other messages get through between batches.
/// </summary>
internal sealed record ContinueTraining(long Ticket) : INoSerializationVerificationNeeded;
