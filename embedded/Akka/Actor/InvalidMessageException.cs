namespace Akka.Actor;

/// <summary>The message cannot be sent: it is null.</summary>
public class InvalidMessageException : AkkaException
{
    public InvalidMessageException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
