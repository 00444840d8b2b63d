namespace Akka.Actor;

/// <summary>Thrown inside an actor that received <see cref="Kill"/>.</summary>
public class ActorKilledException : AkkaException
{
    public ActorKilledException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
