namespace Akka.Actor;

/// <summary>What a supervisor does about a failed child.</summary>
public enum Directive
{
    /// <summary>Goes on with the next message and the state as it is.</summary>
    Resume,

    /// <summary>Replaces the instance; the mailbox stays.</summary>
    Restart,

    /// <summary>Fails itself with the same cause.</summary>
    Escalate,

    /// <summary>Stops the child for good.</summary>
    Stop,
}
