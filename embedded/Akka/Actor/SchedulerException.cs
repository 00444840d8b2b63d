namespace Akka.Actor;

/// <summary>The scheduler cannot take the task, for instance because it was shut down.</summary>
public class SchedulerException : AkkaException
{
    public SchedulerException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
