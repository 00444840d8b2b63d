using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>A link's signal to itself that what is under way may be lost.</summary>
internal sealed class ArrivalLate : INoSerializationVerificationNeeded
{
    public static readonly ArrivalLate Instance = new();

    private ArrivalLate() { }
}
