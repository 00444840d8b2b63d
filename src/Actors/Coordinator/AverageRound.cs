using Akka.Actor;

namespace ActorSparse.Actors;

/// <summary>The coordinator's signal to itself to average the replicas of a round.</summary>
internal sealed class AverageRound : INoSerializationVerificationNeeded
{
    public static readonly AverageRound Instance = new();

    private AverageRound() { }
}
