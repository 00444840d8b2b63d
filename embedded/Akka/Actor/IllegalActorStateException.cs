namespace Akka.Actor;

/// <summary>The actor is not in a state that allows the operation.</summary>
public class IllegalActorStateException : AkkaException
{
    public IllegalActorStateException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
