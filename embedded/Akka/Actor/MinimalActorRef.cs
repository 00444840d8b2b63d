namespace Akka.Actor;

/// <summary>A reference without an actor behind it: swallows what it is sent unless a subclass says otherwise.</summary>
public abstract class MinimalActorRef : ActorRefBase
{
    protected override void TellInternal(object message, IActorRef sender)
    {
    }
}
