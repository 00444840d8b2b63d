namespace Akka.Actor;

/// <summary>The name is taken, or holds characters a path cannot hold.</summary>
public class InvalidActorNameException : AkkaException
{
    public InvalidActorNameException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
