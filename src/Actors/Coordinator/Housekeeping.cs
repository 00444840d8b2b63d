using Akka.Actor;

namespace ActorSparse.Actors;

/// <summary>An actor's signal to itself, at regular intervals, to look for what did not come.</summary>
internal sealed class Housekeeping : INoSerializationVerificationNeeded
{
    public static readonly Housekeeping Instance = new();

    private Housekeeping() { }
}
