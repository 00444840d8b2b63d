using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

/// <summary>A child tells its parent that it failed and waits, suspended, for the decision.</summary>
internal sealed class Failed(IActorRef child, Exception cause, long uid) : SystemMessage, IStashWhenFailed, IStashWhenWaitingForChildren
{
    public IActorRef Child { get; } = child;

    public Exception Cause { get; } = cause;

    public long Uid { get; } = uid;

    public override string ToString() => $"<Failed>: {Child} ({Uid}) , Cause={Cause}";
}

/// <summary>The watcher wants to hear of the watchee's end.</summary>
internal sealed class Watch(IInternalActorRef watchee, IInternalActorRef watcher) : SystemMessage
{
    public IInternalActorRef Watchee { get; } = watchee;

    public IInternalActorRef Watcher { get; } = watcher;
}

/// <summary>The watcher is no longer interested.</summary>
internal sealed class Unwatch(IInternalActorRef watchee, IInternalActorRef watcher) : SystemMessage
{
    public IInternalActorRef Watchee { get; } = watchee;

    public IInternalActorRef Watcher { get; } = watcher;
}

/// <summary>An actor has stopped: sent to its parent and its watchers.</summary>
internal sealed class DeathWatchNotification(IActorRef actor, bool existenceConfirmed, bool addressTerminated) : SystemMessage
{
    public IActorRef Actor { get; } = actor;

    public bool ExistenceConfirmed { get; } = existenceConfirmed;

    public bool AddressTerminated { get; } = addressTerminated;
}
