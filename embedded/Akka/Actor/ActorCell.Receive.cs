using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

// Processing of messages: the runtime's own, those it answers itself, and the rest, which go to the behaviour.
internal partial class ActorCell
{
    private Queue<SystemMessage>? _stashedSystemMessages;

    private enum SystemState
    {
        Normal,
        Suspended,
        WaitingForChildren,
        RunningAsync,
    }

    private SystemState CurrentSystemState =>
        IsRunningAsync ? SystemState.RunningAsync :
        _children is { IsWaiting: true, IsTerminating: false } ? SystemState.WaitingForChildren
        : Mailbox.IsSuspended ? SystemState.Suspended
        : SystemState.Normal;

    /// <summary>Number of messages taken from the mailbox so far, this one included; tells messages apart.</summary>
    public long ProcessedCount { get; private set; }

    public void Invoke(in Envelope envelope)
    {
        var message = envelope.Message;
        _currentSender = envelope.Sender;
        _currentMessage = message;
        ProcessedCount++;
        try
        {
            if (message is TimerMessage timer)
            {
                if (_timers is null || !_timers.TryAccept(timer, out message))
                {
                    _currentMessage = null;
                    return;
                }

                _currentMessage = message;
            }

            if (message is IAutoReceivedMessage)
                AutoReceive(message);
            else
                ReceiveMessage(message);
            if (!IsRunningAsync)
                FinishMessage(message);
        }
        catch (Exception failure)
        {
            HandleInvokeFailure(failure);
        }
    }

    /// <summary>Hands a message to the current behaviour.</summary>
    public virtual void ReceiveMessage(object message) => _actor!.AroundReceive(_behavior!, message);

    /// <summary>Puts a message back to the front of the mailbox.</summary>
    public void PutBack(in Envelope envelope)
    {
        if (envelope.Message is Terminated terminated)
            (_terminatedQueued ??= [])[terminated.ActorRef] = null;
        Mailbox.PutBack(envelope);
    }

    public void SystemInvoke(SystemMessage message)
    {
        var before = CurrentSystemState;
        if (MustWait(message, before))
        {
            (_stashedSystemMessages ??= new Queue<SystemMessage>()).Enqueue(message);
            return;
        }

        try
        {
            HandleSystemMessage(message);
        }
        catch (Exception failure)
        {
            HandleInvokeFailure(failure);
        }

        if (_stashedSystemMessages is { Count: > 0 } && CurrentSystemState < before)
        {
            var waiting = _stashedSystemMessages;
            _stashedSystemMessages = null;
            foreach (var each in waiting)
            {
                if (Mailbox.IsClosed)
                    EmptyLocalActorRef.HandleDeadSystemMessage(each);
                else
                    SystemInvoke(each);
            }
        }
    }

    private static bool MustWait(SystemMessage message, SystemState state) => state switch
    {
        SystemState.RunningAsync => message is not (ActorTask or ActorTaskCompleted),
        SystemState.WaitingForChildren => message is IStashWhenWaitingForChildren,
        SystemState.Suspended => message is IStashWhenFailed,
        _ => false,
    };

    private void HandleSystemMessage(SystemMessage message)
    {
        switch (message)
        {
            case Create:
                CreateInstance();
                break;
            case Watch watch:
                AddWatcher(watch.Watchee, watch.Watcher);
                break;
            case Unwatch unwatch:
                RemoveWatcher(unwatch.Watchee, unwatch.Watcher);
                break;
            case DeathWatchNotification death:
                OnWatchedActorTerminated(death);
                break;
            case Failed failed:
                HandleFailed(failed);
                break;
            case Suspend:
                FaultSuspend();
                break;
            case Resume resume:
                FaultResume(resume.CausedByFailure);
                break;
            case Recreate recreate:
                FaultRecreate(recreate.Cause);
                break;
            case Terminate:
                TerminateSelf();
                break;
            case ActorTask task:
                RunActorTask(task);
                break;
            case ActorTaskCompleted completed:
                CompleteActorTask(completed);
                break;
        }
    }

    private void AutoReceive(object message)
    {
        switch (message)
        {
            case Terminated terminated:
                ReceiveTerminated(terminated);
                break;
            case PoisonPill:
                SelfRef.Stop();
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            case Identify identify:
                Sender.Tell(new ActorIdentity(identify.MessageId, SelfRef), SelfRef);
                break;
            case ActorSelectionMessage selection:
                Akka.Actor.ActorSelection.Deliver(SelfRef, _currentSender!, selection);
                break;
            default:
                ReceiveMessage(message);
                break;
        }
    }

    // After a failure the message stays current: PreRestart is told which it was.
    private void FinishMessage(object message)
    {
        _currentMessage = null;
        _currentSender = null;
        if (_receiveTimeout is not null && message is not INotInfluenceReceiveTimeout)
            RestartReceiveTimeout();
    }

    private void LogLifecycle(string message)
    {
        if (SystemImpl.Settings.DebugLifecycle)
            SystemImpl.EventStream.Publish(new Debug(SelfRef.Path.ToString(), _actor?.GetType() ?? Props.Type, message));
    }
}
