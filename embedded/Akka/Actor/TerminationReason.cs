namespace Akka.Actor;

/// <summary>Why an actor waits for its children to stop.</summary>
internal abstract record TerminationReason
{
    /// <summary>To put a new instance in the place of one that failed.</summary>
    public sealed record Recreation(Exception Cause) : TerminationReason;

    /// <summary>To try again after the first instance could not be made.</summary>
    public sealed record Creation : TerminationReason;

    /// <summary>To end.</summary>
    public sealed record Termination : TerminationReason;
}
