using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>
/// The sender of an Ask: the first message completes a task. It gets a path below /temp only when someone asks for it, and is found
/// there until the task has completed.
/// </summary>
internal sealed class FutureActorRef<T>(LocalActorRefProvider provider) : MinimalActorRef
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private ActorPath? _path;
    private Timer? _timer;
    private CancellationTokenRegistration _registration;
    private HashSet<IInternalActorRef>? _watchedBy;

    public Task<T> Result => _result.Task;

    public override IActorRefProvider Provider => provider;

    public override ActorPath Path
    {
        get
        {
            lock (_lock)
            {
                if (_path is null)
                {
                    _path = provider.NextTemporaryPath();
                    if (!Result.IsCompleted)
                        provider.RegisterTemporary(this, _path);
                }

                return _path;
            }
        }
    }

    /// <summary>Lets the task fail after the timeout and end with the token.</summary>
    public void Arm(TimeSpan timeout, CancellationToken token)
    {
        if (timeout != Timeout.InfiniteTimeSpan)
            _timer = new Timer(_ => OnTimeout(timeout), null, timeout, Timeout.InfiniteTimeSpan);
        if (token.CanBeCanceled)
            _registration = token.Register(() => OnCompleted(_result.TrySetCanceled(token)));
    }

    public override void SendSystemMessage(ISystemMessage message)
    {
        switch (message)
        {
            case DeathWatchNotification death:
                Tell(new Terminated(death.Actor, death.ExistenceConfirmed, death.AddressTerminated), ActorRefs.NoSender);
                break;
            case Watch watch when !TryAddWatcher(watch.Watcher):
                watch.Watcher.SendSystemMessage(new DeathWatchNotification(this, existenceConfirmed: true, addressTerminated: false));
                break;
            case Unwatch unwatch:
                lock (_lock)
                    _watchedBy?.Remove(unwatch.Watcher);
                break;
        }
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        var expected = message is T or Status.Failure;
        var first = message switch
        {
            T answer => _result.TrySetResult(answer),
            Status.Failure failure => _result.TrySetException(failure.Cause ?? new TaskCanceledException("Failure without a cause")),
            _ => _result.TrySetException(new ArgumentException(
                $"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]")),
        };
        if (!first || !expected)
            provider.DeadLetters.Tell(message, this);
        OnCompleted(first);
    }

    private void OnTimeout(TimeSpan timeout) =>
        OnCompleted(_result.TrySetException(new AskTimeoutException($"Timeout after {timeout.TotalSeconds:F2} seconds")));

    private void OnCompleted(bool now)
    {
        if (!now)
            return;
        _timer?.Dispose();
        _registration.Unregister();
        HashSet<IInternalActorRef>? watchers;
        lock (_lock)
        {
            if (_path is not null)
                provider.UnregisterTemporary(_path);
            (watchers, _watchedBy) = (_watchedBy, null);
        }

        foreach (var watcher in watchers ?? [])
            watcher.SendSystemMessage(new DeathWatchNotification(this, existenceConfirmed: true, addressTerminated: false));
    }

    private bool TryAddWatcher(IInternalActorRef watcher)
    {
        lock (_lock)
        {
            if (Result.IsCompleted)
                return false;
            (_watchedBy ??= []).Add(watcher);
            return true;
        }
    }
}
