using ActorSparse.Model.Coordination;
using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>What a worker's end of a link is created with.</summary>
internal sealed record WorkerLinkSetup(
    IActorRef Gate,
    TrainingJob Job,
    string Name,
    long Incarnation,
    int Threads,
    string DataHash,
    string ConfigurationHash,
    LinkSettings Settings,
    LinkTraffic Traffic);
