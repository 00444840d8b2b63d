namespace Akka.Actor;

/// <summary>The answer to <see cref="Identify"/>; <see cref="Subject"/> is null when no actor lives at the path asked.</summary>
public sealed class ActorIdentity(object messageId, IActorRef? subject)
{
    public object MessageId { get; } = messageId;

    public IActorRef Subject { get; } = subject!;

    public override string ToString() => $"<ActorIdentity>: {Subject} - MessageId={MessageId}";
}
