using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

// Death watch: whom this actor watches, who watches it, and termination messages that lie in the mailbox.
internal partial class ActorCell
{
    private Dictionary<IActorRef, object?>? _watching;
    private HashSet<IInternalActorRef>? _watchedBy;
    private Dictionary<IActorRef, object?>? _terminatedQueued;

    public IActorRef Watch(IActorRef subject) => WatchWithOptional(subject, null);

    public IActorRef WatchWith(IActorRef subject, object message) => WatchWithOptional(subject, message);

    public IActorRef Unwatch(IActorRef subject)
    {
        if (_watching?.Remove(subject) == true)
            subject.AsInternal().SendSystemMessage(new Unwatch(subject.AsInternal(), SelfRef));
        _terminatedQueued?.Remove(subject);
        return subject;
    }

    private IActorRef WatchWithOptional(IActorRef subject, object? message)
    {
        // The first watch decides what the end of the subject brings.
        if (subject.Equals(SelfRef) || !(_watching ??= []).TryAdd(subject, message))
            return subject;
        subject.AsInternal().SendSystemMessage(new Watch(subject.AsInternal(), SelfRef));
        return subject;
    }

    private void AddWatcher(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        if (watchee.Equals(SelfRef) && !watcher.Equals(SelfRef))
            (_watchedBy ??= []).Add(watcher);
        else if (watcher.Equals(SelfRef))
            Watch(watchee);
    }

    private void RemoveWatcher(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        if (watchee.Equals(SelfRef))
            _watchedBy?.Remove(watcher);
        else if (watcher.Equals(SelfRef))
            Unwatch(watchee);
    }

    private void OnWatchedActorTerminated(DeathWatchNotification death)
    {
        if (_watching is not null && _watching.Remove(death.Actor, out var message) && _children is not { IsTerminating: true })
        {
            (_terminatedQueued ??= [])[death.Actor] = message;
            SelfRef.Tell(new Terminated(death.Actor, death.ExistenceConfirmed, death.AddressTerminated), death.Actor);
        }

        if (_children?.TryGetStats(death.Actor, out _) == true)
            HandleChildTerminated(death.Actor);
    }

    // Only what is still expected gets through: Unwatch takes effect even when the message is in the mailbox already.
    private void ReceiveTerminated(Terminated terminated)
    {
        if (_terminatedQueued is null || !_terminatedQueued.Remove(terminated.ActorRef, out var message))
            return;
        if (message is not null)
            _currentMessage = message;
        ReceiveMessage(message ?? terminated);
    }

    private void TellWatchersWeDied()
    {
        if (_watchedBy is null)
            return;
        foreach (var watcher in _watchedBy.Where(watcher => !watcher.Equals(ParentRef)))
            watcher.SendSystemMessage(new DeathWatchNotification(SelfRef, existenceConfirmed: true, addressTerminated: false));
        _watchedBy = null;
    }

    private void UnwatchWatchedActors()
    {
        if (_watching is null)
            return;
        foreach (var watched in _watching.Keys)
            watched.AsInternal().SendSystemMessage(new Unwatch(watched.AsInternal(), SelfRef));
        _watching = null;
        _terminatedQueued = null;
    }
}
