namespace Akka.Actor;

/// <summary>No answer came within the time allowed.</summary>
public class AskTimeoutException : AkkaException
{
    public AskTimeoutException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
