namespace Akka.Actor;

public static class ActorRefs
{
    /// <summary>Says that a message has no sender; replies to it become dead letters.</summary>
    public static readonly IActorRef NoSender = null!;

    public static readonly Nobody Nobody = Nobody.Instance;
}
