using ActorSparse.Actors.Messages;
using ActorSparse.Actors.State;
using Akka.Actor;
using Akka.Event;

namespace ActorSparse.Actors;

/// <summary>Starts a coordinator and passes its reports on to a listener, until the run is over.</summary>
internal class RunActor : ReceiveActor
{
    private RunOrder? _order;
    private RunResult? _ended;
    private Exception? _failure;

    /// <summary>Waits for <see cref="Begin"/>.</summary>
    protected RunActor()
    {
        Receive<Progress.EpochFinished>(finished => Listener.OnEpoch(finished.Summary with { Status = Complete(finished.Summary.Status) }));
        Receive<Progress.Running>(running => OnStatus(running.Status));
        Receive<Progress.Happened>(happened => Listener.OnEvent(happened.Kind, happened.Text));
        Receive<Progress.Finished>(OnFinished);
        Receive<Progress.Stop>(stop => Coordinator.Tell(stop));
        Receive<Terminated>(_ => Conclude(), terminated => terminated.ActorRef.Equals(Coordinator));
    }

    /// <summary>Begins at once.</summary>
    public RunActor(RunOrder order) : this() => Begin(order);

    /// <summary>Nobody before <see cref="Begin"/>.</summary>
    protected IActorRef Coordinator { get; private set; } = ActorRefs.Nobody;

    protected ITrainingListener Listener => _order!.Listener;

    /// <summary>How to make one.</summary>
    public static Props Props(RunOrder order) => Akka.Actor.Props.Create(() => new RunActor(order));

    protected void Begin(RunOrder order)
    {
        _order = order;
        try
        {
            Coordinator = Context.Watch(Context.ActorOf(CoordinatorActor.Props(order.Setup(Self)), "coordinator"));
        }
        catch (Exception exception) when (order.Result.TrySetException(exception))
        {
            return; // whoever waits for the result has the reason
        }
        Coordinator.Tell(new Progress.Start(order.RunId));
    }

    /// <summary>Adds to a status what the coordinator cannot know.</summary>
    protected virtual RunStatus Complete(RunStatus status) => status;

    /// <summary>Where the run stands now; what an epoch reports is older.</summary>
    protected virtual void OnStatus(RunStatus status) => Listener.OnStatus(Complete(status));

    /// <summary>The run is over and everything below has stopped, so that nobody uses the data any more: hands out the result.</summary>
    protected virtual void Conclude()
    {
        if (_ended is not null) _order!.Result.TrySetResult(_ended);
        else _order!.Result.TrySetException(_failure ?? new InvalidOperationException("the coordinator stopped before the run was over"));
        Context.Stop(Self);
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(exception =>
    {
        if (Sender.Equals(Coordinator)) _order!.Result.TrySetException(exception);
        else Context.GetLogger().Error(exception, "{0} failed", Sender.Path.Name);
        return Directive.Stop;
    });

    /// <summary>
    /// What fails here is the listener, and that ends the run: a second life would begin it anew, on a network that is gone.
    /// </summary>
    protected virtual void OnFailure(object message, Exception exception)
    {
        _failure ??= exception;
        Context.Stop(Coordinator);
    }

    protected override bool AroundReceive(Receive receive, object message)
    {
        try
        {
            return base.AroundReceive(receive, message);
        }
        catch (Exception exception)
        {
            OnFailure(message, exception);
            return true;
        }
    }

    private void OnFinished(Progress.Finished finished)
    {
        if (!finished.Network.TryTake(out var work)) return;
        OnStatus(finished.Status);
        _ended = new(finished.Outcome, finished.Error, Complete(finished.Status), work.Replica);
        Context.Stop(Coordinator);
    }
}
