using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>From a link to its node: the coordinator has dismissed the worker.</summary>
internal sealed class TrainingOver : INoSerializationVerificationNeeded
{
    public static readonly TrainingOver Instance = new();

    private TrainingOver() { }
}
