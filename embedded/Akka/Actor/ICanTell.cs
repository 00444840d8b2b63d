namespace Akka.Actor;

/// <summary>Something a message can be sent to: a reference or a selection.</summary>
public interface ICanTell
{
    void Tell(object message, IActorRef? sender);
}
