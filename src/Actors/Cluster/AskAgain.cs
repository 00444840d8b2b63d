using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>A node's or link's signal to itself to ask, until there is an answer.</summary>
internal sealed class AskAgain : INoSerializationVerificationNeeded
{
    public static readonly AskAgain Instance = new();

    private AskAgain() { }
}
