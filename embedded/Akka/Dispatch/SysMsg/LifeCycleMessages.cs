namespace Akka.Dispatch.SysMsg;

/// <summary>First message to an actor: make the instance.</summary>
internal sealed class Create : SystemMessage;

/// <summary>Replace the instance.</summary>
internal sealed class Recreate(Exception cause) : SystemMessage, IStashWhenWaitingForChildren
{
    public Exception Cause { get; } = cause;
}

/// <summary>Stop processing ordinary messages, children included.</summary>
internal sealed class Suspend : SystemMessage, IStashWhenWaitingForChildren;

/// <summary>Undo one suspension; with a cause, the answer to that failure.</summary>
internal sealed class Resume(Exception? causedByFailure) : SystemMessage, IStashWhenWaitingForChildren
{
    public Exception? CausedByFailure { get; } = causedByFailure;
}

/// <summary>Stop for good.</summary>
internal sealed class Terminate : SystemMessage;

/// <summary>Has to wait while the receiver waits for children to stop before it can be made anew.</summary>
internal interface IStashWhenWaitingForChildren;

/// <summary>Has to wait while the receiver is suspended, so that its supervising stays consistent with its own state.</summary>
internal interface IStashWhenFailed;
