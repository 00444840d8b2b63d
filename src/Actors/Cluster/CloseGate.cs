using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>To a gate when the run is over; comes back when no worker is left.</summary>
internal sealed class CloseGate : INoSerializationVerificationNeeded
{
    public static readonly CloseGate Instance = new();

    private CloseGate() { }
}
