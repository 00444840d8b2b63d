namespace Akka.Actor;

/// <summary>The new instance's constructor or <c>PostRestart</c> threw during a restart.</summary>
public class PostRestartException(IActorRef actor, Exception cause, Exception originalCause)
    : ActorInitializationException(actor, $"Exception post restart ({originalCause.GetType().Name})", cause)
{
    /// <summary>The exception that had led to the restart.</summary>
    public Exception OriginalCause { get; } = originalCause;
}
