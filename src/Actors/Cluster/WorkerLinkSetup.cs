using ActorSparse.Model.Coordination;
using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>What a worker's end of a link is created with.</summary>
internal sealed record WorkerLinkSetup(
    IActorRef Gate, WorkerJob Job, string Name, long Incarnation, int Threads, LinkSettings Settings, LinkTraffic Traffic);
