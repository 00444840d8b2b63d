namespace Akka.Actor;

/// <summary>No actor answered at the selection.</summary>
public class ActorNotFoundException : AkkaException
{
    public ActorNotFoundException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
