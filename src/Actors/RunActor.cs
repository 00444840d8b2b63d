using ActorSparse.Actors.Messages;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;
using Akka.Actor;
using Akka.Event;

namespace ActorSparse.Actors;

/// <summary>
/// Starts a coordinator and passes its reports on to a listener, until the run is over. If training diverges, it starts another one, once,
/// that goes on from the last good state at a lower learning rate. The run keeps its number: the first coordinator and all below it have
/// stopped by then, and what is still under way to them reaches nobody, since a reference is to one life of an actor.
/// </summary>
internal class RunActor : ReceiveActor
{
    private RunOrder? _order;
    private RunResult? _ended;
    private Exception? _failure;
    private RunState? _beginning;
    private IActorRef _reader = ActorRefs.Nobody;
    private Progress.Stop? _stop;

    /// <summary>Waits for <see cref="Begin"/>.</summary>
    protected RunActor()
    {
        Receive<Progress.EpochFinished>(finished => Listener.OnEpoch(finished.Metrics));
        Receive<Progress.Running>(running => OnStatus(running.Status));
        Receive<Progress.Happened>(happened => Listener.OnEvent(happened.Kind, happened.Text));
        Receive<Progress.Finished>(OnFinished);
        Receive<Progress.Stop>(OnStop);
        Receive<Checkpoints.LastRead>(OnLastRead);
        Receive<Terminated>(_ => OnCoordinatorStopped(), terminated => terminated.ActorRef.Equals(Coordinator));
        Receive<Terminated>(_ => FailToGoOn("its reader died"), terminated => terminated.ActorRef.Equals(_reader));
    }

    /// <summary>Begins at once.</summary>
    public RunActor(RunOrder order) : this() => Begin(order);

    /// <summary>Nobody before <see cref="Begin"/>.</summary>
    protected IActorRef Coordinator { get; private set; } = ActorRefs.Nobody;

    /// <summary>Whether training diverged, and no coordinator goes on yet.</summary>
    protected bool IsBetweenLives { get; private set; }

    /// <summary>How the run ended; null before, and if it ended without a result.</summary>
    protected RunResult? Ended => _ended;

    protected ITrainingListener Listener => _order!.Listener;

    /// <summary>How to make one.</summary>
    public static Props Props(RunOrder order) => Akka.Actor.Props.Create(() => new RunActor(order));

    protected void Begin(RunOrder order)
    {
        _order = order;
        try
        {
            var setup = order.Setup(Self);
            // One that continues another, and writes nothing that could be read back.
            if (order.Checkpoints is null && setup.State.Updates > 0 && setup.State.RateScale == 1) _beginning = setup.State.Copy();
            StartCoordinator(setup);
        }
        catch (Exception exception) when (order.Result.TrySetException(exception))
        {
            // Whoever waits for the result has the reason.
        }
    }

    /// <summary>Adds to a status what the coordinator cannot know.</summary>
    protected virtual RunStatus Complete(RunStatus status) => status;

    /// <summary>Where the run stands now; what an epoch reports is older.</summary>
    protected virtual void OnStatus(RunStatus status) => Listener.OnStatus(Complete(status));

    /// <summary>Training diverged, the coordinator has stopped, and another one will go on.</summary>
    protected virtual void OnLifeOver() { }

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
        if (!IsBetweenLives)
        {
            Context.Stop(Coordinator);
            return;
        }
        _ended?.Network.Dispose();
        (_ended, IsBetweenLives) = (null, false);
        Conclude();
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
        if (!finished.Network.TryTake(out var network)) return;
        OnStatus(finished.Status);
        IsBetweenLives = finished.Outcome == RunOutcome.Diverged;
        var outcome = IsBetweenLives ? RunOutcome.Failed : finished.Outcome;
        _ended = new(outcome, finished.Error, Complete(finished.Status), network);
        Context.Stop(Coordinator);
    }

    // One that comes between two lives is for the second.
    private void OnStop(Progress.Stop stop)
    {
        _stop = stop;
        Coordinator.Tell(stop);
    }

    private void StartCoordinator(CoordinatorSetup setup)
    {
        Coordinator = Context.Watch(Context.ActorOf(CoordinatorActor.Props(setup), "coordinator"));
        IsBetweenLives = false;
        Coordinator.Tell(new Progress.Start(_order!.RunId));
        if (_stop is { } stop) Coordinator.Tell(stop);
    }

    private void OnCoordinatorStopped()
    {
        if (!IsBetweenLives || _failure is not null)
        {
            Conclude();
            return;
        }
        OnLifeOver();
        if (_order!.Checkpoints is not { } sink)
        {
            GoOn(null);
            return;
        }
        _reader = Context.Watch(Context.ActorOf(CheckpointActor.Props(sink)));
        _reader.Tell(new Checkpoints.ReadLast(_order.RunId));
    }

    private void OnLastRead(Checkpoints.LastRead read)
    {
        RunState? state = null;
        read.State?.TryTake(out state);
        if (!IsBetweenLives || !Sender.Equals(_reader))
        {
            state?.Dispose();
            return;
        }
        Context.Stop(Context.Unwatch(_reader));
        _reader = ActorRefs.Nobody;
        if (read.Error is { } error) FailToGoOn(error);
        else GoOn(state);
    }

    private void GoOn(RunState? last)
    {
        var setup = _order!.Setup(Self);
        var job = setup.Job;
        var state = last ?? _beginning ?? RunState.Initial(Network.Create(job.Spec, job.Random), job);
        state = state with { RateScale = state.RateScale * Divergence.RetryRateScale };
        var text = Divergence.DescribeRetry(_ended!.Error!, state.EpochsDone(job.Plan), state.Updates);
        _ended.Network.Dispose();
        (_ended, _beginning) = (null, null);
        StartCoordinator(setup with { State = state });
        Listener.OnEvent(RunEvent.Retried, text);
    }

    private void FailToGoOn(string reason)
    {
        if (!IsBetweenLives) return;
        IsBetweenLives = false;
        _ended = _ended! with { Error = $"{_ended.Error}; the last checkpoint cannot be read ({reason})" };
        Conclude();
    }
}
