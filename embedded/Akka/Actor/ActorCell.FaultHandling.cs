using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

// Failure, supervision, restart and the end. A failing actor suspends itself and its children and waits for its supervisor.
internal partial class ActorCell
{
    private IActorRef? _failedBy;

    /// <summary>Whether this actor has reported a failure, its own or an escalated one, that is not decided yet.</summary>
    private bool IsFailed => _failedBy is not null;

    private void CreateInstance()
    {
        try
        {
            NewInstance();
            _actor!.AroundPreStart();
            FinishMessage(this);
            LogLifecycle("started");
        }
        catch (Exception failure)
        {
            ClearInstance();
            throw new ActorInitializationException(SelfRef, "Exception during creation", failure);
        }
    }

    private void NewInstance()
    {
        _behavior = null;
        _behaviorsBelow = null;
        _actor = Props.NewActor();
        _actor.FinishConstruction();
        _behavior ??= _actor.FirstBehavior;
        if (_actor is IWithStash stashing)
            stashing.Stash = _stash = new ActorStash(this);
    }

    // What was stashed outlives the instance: it goes back to the front of the mailbox.
    private void ClearInstance()
    {
        var actor = _actor;
        _timers?.CancelAll();
        _stash?.UnstashAll();
        _timers = null;
        _stash = null;
        _actor = null;
        _behavior = null;
        _behaviorsBelow = null;
        _taskScheduler = null;
        if (actor is null)
            return;
        actor.IsCleared = true;
        try
        {
            Props.Release(actor);
        }
        catch (Exception failure)
        {
            PublishError(failure, $"An error occurred while releasing {actor.GetType()}");
        }
    }

    private void HandleInvokeFailure(Exception cause, IActorRef? failedChild = null, bool childrenAreSuspended = false)
    {
        if (IsFailed)
            return;
        try
        {
            Mailbox.Suspend();
            _failedBy = failedChild ?? SelfRef;
            if (!childrenAreSuspended)
                SuspendChildren(except: failedChild);
            ParentRef.SendSystemMessage(new Failed(SelfRef, cause, SelfRef.Path.Uid));
        }
        catch (Exception failure)
        {
            PublishError(failure, $"Emergency stop: exception in failure handling for {cause.GetType()}");
            foreach (var child in ChildStats)
                Stop(child.Child);
            FinishTerminate();
        }
    }

    private void HandleFailed(Failed failed)
    {
        if (!Children.TryGetStats(failed.Child, out var stats) || stats.Uid != failed.Uid)
            return;
        _currentMessage = failed;
        _currentSender = failed.Child;
        if (Strategy.HandleFailure(this, failed.Child, failed.Cause, stats, ChildStats))
            _currentMessage = _currentSender = null;
        else
            HandleInvokeFailure(failed.Cause, failed.Child);
    }

    private SupervisorStrategy Strategy => _actor?.SupervisorStrategyInternal ?? SupervisorStrategy.DefaultStrategy;

    private void FaultSuspend()
    {
        Mailbox.Suspend();
        SuspendChildren(except: null);
    }

    private void FaultResume(Exception? causedByFailure)
    {
        if (_actor is null && causedByFailure is not null)
        {
            FaultCreate();
            return;
        }

        var perpetrator = _failedBy;
        Mailbox.Resume();
        if (causedByFailure is not null)
        {
            _failedBy = null;
            _currentMessage = null;
        }

        foreach (var stats in ChildStats)
            stats.Child.Resume(stats.Child.Equals(perpetrator) ? causedByFailure : null);
    }

    private void FaultRecreate(Exception cause)
    {
        if (_actor is null)
        {
            FaultCreate();
            return;
        }

        if (_children is { IsTerminating: true })
        {
            Mailbox.Resume();
            return;
        }

        var failedActor = _actor;
        LogLifecycle("restarting");
        try
        {
            _failedBy ??= SelfRef;
            failedActor.AroundPreRestart(cause, _currentMessage!);
        }
        catch (Exception failure)
        {
            PublishError(new PreRestartException(SelfRef, failure, cause, _currentMessage), failure.Message);
        }

        ClearInstance();
        _currentMessage = null;
        _currentSender = null;
        CancelReceiveTimeout();
        if (!Children.WaitFor(new TerminationReason.Recreation(cause)))
            FinishRecreate(cause);
    }

    private void FinishRecreate(Exception cause)
    {
        var survivors = ChildStats;
        try
        {
            Mailbox.Resume();
            _failedBy = null;
            NewInstance();
            _actor!.AroundPostRestart(cause, null!);
            FinishMessage(this);
            LogLifecycle("restarted");
        }
        catch (Exception failure)
        {
            ClearInstance();
            HandleInvokeFailure(new PostRestartException(SelfRef, failure, cause), childrenAreSuspended: true);
            return;
        }

        foreach (var survivor in survivors)
            survivor.Child.Restart(cause);
    }

    private void FaultCreate()
    {
        foreach (var child in ChildStats)
            Stop(child.Child);
        if (!Children.WaitFor(new TerminationReason.Creation()))
            FinishCreate();
    }

    private void FinishCreate()
    {
        Mailbox.Resume();
        _failedBy = null;
        try
        {
            CreateInstance();
        }
        catch (Exception failure)
        {
            HandleInvokeFailure(failure);
        }
    }

    private void TerminateSelf()
    {
        CancelReceiveTimeout();
        _receiveTimeout = null;
        UnwatchWatchedActors();
        var wasTerminating = Children.IsTerminating;
        foreach (var child in ChildStats)
            Stop(child.Child);
        if (!Children.WaitFor(new TerminationReason.Termination()))
        {
            FinishTerminate();
        }
        else if (!wasTerminating)
        {
            Mailbox.Suspend();
            _failedBy = SelfRef;
            LogLifecycle("stopping");
        }
    }

    private void FinishTerminate()
    {
        var actor = _actor;
        try
        {
            actor?.AroundPostStop();
        }
        catch (Exception failure)
        {
            PublishError(failure, failure.Message);
        }

        LogLifecycle("stopped");
        ClearInstance();
        _currentMessage = null;
        _currentSender = null;
        Dispatcher.Detach(this);
        SystemImpl.EventStream.UnsubscribeStopped(SelfRef);
        ParentRef.SendSystemMessage(new DeathWatchNotification(SelfRef, existenceConfirmed: true, addressTerminated: false));
        TellWatchersWeDied();
        UnwatchWatchedActors();
    }

    private void HandleChildTerminated(IActorRef child)
    {
        var reached = Children.Remove(child);
        if (_actor is not null)
        {
            try
            {
                Strategy.HandleChildTerminated(this, child, RemainingChildren());
            }
            catch (Exception failure)
            {
                PublishError(failure, "HandleChildTerminated failed");
                HandleInvokeFailure(failure);
            }
        }

        switch (reached)
        {
            case TerminationReason.Recreation recreation:
                FinishRecreate(recreation.Cause);
                break;
            case TerminationReason.Creation:
                FinishCreate();
                break;
            case TerminationReason.Termination:
                FinishTerminate();
                break;
        }
    }

    // Evaluated only by a strategy that looks: a copy per stopped child would cost the square of their number.
    private IEnumerable<IInternalActorRef> RemainingChildren()
    {
        foreach (var stats in ChildStats)
            yield return stats.Child;
    }

    private void SuspendChildren(IActorRef? except)
    {
        foreach (var stats in ChildStats.Where(stats => !stats.Child.Equals(except)))
            stats.Child.Suspend();
    }

    private void PublishError(Exception failure, string message) =>
        SystemImpl.EventStream.Publish(new Error(failure, SelfRef.Path.ToString(), Props.Type, message));
}
