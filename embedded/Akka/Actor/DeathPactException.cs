namespace Akka.Actor;

/// <summary>A watched actor stopped and its <see cref="Terminated"/> message was not handled.</summary>
public class DeathPactException(IActorRef deadActor) : AkkaException($"Monitored actor [{deadActor}] terminated")
{
    public IActorRef DeadActor { get; } = deadActor;
}
