namespace Akka.Actor;

/// <summary>The reference to no actor at all: swallows every message. See <see cref="ActorRefs.Nobody"/>.</summary>
public sealed class Nobody : MinimalActorRef
{
    public static readonly Nobody Instance = new();

    private Nobody()
    {
    }

    public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems);

    public override IActorRefProvider Provider => throw new NotSupportedException("Nobody does not provide");
}
