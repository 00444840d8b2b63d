using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>From a link to its node: the worker has begun.</summary>
internal sealed record WorkerLinked(string Worker) : INoSerializationVerificationNeeded;
