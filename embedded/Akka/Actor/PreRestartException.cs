namespace Akka.Actor;

/// <summary><c>PreRestart</c> threw; it is logged, the restart goes on.</summary>
public class PreRestartException(IActorRef actor, Exception restartException, Exception cause, object? optionalMessage)
    : ActorInitializationException(
        actor,
        $"Exception in PreRestart(reason={cause.GetType()}, message={optionalMessage?.GetType().ToString() ?? "none"})",
        restartException);
