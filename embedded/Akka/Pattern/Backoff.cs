using Akka.Actor;

namespace Akka.Pattern;

/// <summary>Options for a supervisor that starts its child again after a delay that doubles with every time.</summary>
public static class Backoff
{
    /// <summary>Starts the child again when it has failed; a child that stops itself ends the supervisor.</summary>
    /// <param name="childProps">The child.</param>
    /// <param name="childName">The child's name.</param>
    /// <param name="minBackoff">The first delay.</param>
    /// <param name="maxBackoff">The longest delay.</param>
    /// <param name="randomFactor">Part of the delay that may be added to it, so that many do not start at once; 0 for none.</param>
    /// <param name="maxNrOfRetries">Restarts before the supervisor gives up and stops; -1 for no limit.</param>
    public static BackoffOptions OnFailure(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, int maxNrOfRetries = -1) =>
        new BackoffOptions(onFailure: true, childProps, childName, minBackoff, maxBackoff, randomFactor)
            .WithMaxNrOfRetries(maxNrOfRetries);

    /// <summary>Starts the child again when it has stopped, for whatever reason.</summary>
    /// <inheritdoc cref="OnFailure"/>
    public static BackoffOptions OnStop(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, int maxNrOfRetries = -1) =>
        new BackoffOptions(onFailure: false, childProps, childName, minBackoff, maxBackoff, randomFactor)
            .WithMaxNrOfRetries(maxNrOfRetries);
}
