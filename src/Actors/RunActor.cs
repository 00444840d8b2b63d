using System.Globalization;
using ActorSparse.Actors.Cluster;
using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Recovery;
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
    private RunOver? _over;
    private IActorRef _reader = ActorRefs.Nobody;
    private Progress.Stop? _stop;
    private bool _isSilent;

    /// <summary>Waits for <see cref="Begin"/>.</summary>
    protected RunActor()
    {
        Receive<Progress.EpochFinished>(finished => Listener.OnEpoch(finished.Metrics));
        Receive<Progress.Running>(running => OnStatus(running.Status));
        Receive<Progress.Happened>(happened => Listener.OnEvent(happened.Kind, happened.Text));
        Receive<Progress.Finished>(OnFinished);
        Receive<Progress.Stop>(OnStop);
        Receive<Checkpoints.LastRead>(OnLastRead);
        Receive<RecoveryMessage.Solve>(problem => Coordinator.Forward(problem));
        Receive<RecoveryMessage.Standing>(OnStanding);
        Receive<RecoveryMessage.End>(OnEnd);
        Receive<ReceiveTimeout>(_ => OnSilence());
        Receive<Terminated>(_ => OnCoordinatorStopped(), terminated => terminated.ActorRef.Equals(Coordinator));
        Receive<Terminated>(_ => FailToGoOn("its reader died"), terminated => terminated.ActorRef.Equals(_reader));
    }

    /// <summary>Begins at once.</summary>
    public RunActor(RunOrder order) : this() => Begin(order);

    /// <summary>Nobody before <see cref="Begin"/>.</summary>
    protected IActorRef Coordinator { get; private set; } = ActorRefs.Nobody;

    /// <summary>Whether training diverged, and no coordinator goes on yet.</summary>
    protected bool IsBetweenLives { get; private set; }

    /// <summary>How the run ended; failed before, and if it ended without a result.</summary>
    protected RunOver Outcome => _over ?? new(_ended?.Outcome ?? RunOutcome.Failed, _ended?.Error);

    protected ITrainingListener Listener => _order!.Listener;

    // Only a training's coordinator says that it diverged.
    private TrainingOrder Training => (TrainingOrder)_order!;

    /// <summary>How to make one.</summary>
    public static Props Props(RunOrder order) => Akka.Actor.Props.Create(() => new RunActor(order));

    protected void Begin(RunOrder order)
    {
        _order = order;
        try
        {
            StartCoordinator(order.Coordinator(Self));
        }
        catch (Exception exception) when (order.TryFail(exception))
        {
            // Whoever waits for the result has the reason.
        }
    }

    /// <summary>Adds to a status what the coordinator cannot know.</summary>
    protected virtual RunStatus Complete(RunStatus status) => status;

    /// <summary>Where the run stands now; what an epoch reports is older.</summary>
    protected virtual void OnStatus(RunStatus status) => Listener.OnStatus(Complete(status));

    /// <summary>Where a series of recoveries stands now.</summary>
    protected virtual void OnStanding(RecoveryMessage.Standing standing) { }

    /// <summary>Training diverged, the coordinator has stopped, and another one will go on.</summary>
    protected virtual void OnLifeOver() { }

    /// <summary>The run is over and everything below has stopped, so that nobody uses the data any more: hands out the result.</summary>
    protected virtual void Conclude()
    {
        _order!.Conclude(_ended, _failure);
        Context.Stop(Self);
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(exception =>
    {
        if (Sender.Equals(Coordinator)) _order!.TryFail(exception);
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
        _isSilent &= message is ReceiveTimeout;
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
        // It came to its end while the listener failed, which is how the run ended.
        if (_failure is not null)
        {
            network.Dispose();
            return;
        }
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

    // Of recoveries: it is known here how they ended, and the coordinator tells its workers.
    private void OnEnd(RecoveryMessage.End end)
    {
        _over = new(end.Outcome, end.Error);
        Coordinator.Tell(end);
    }

    private void StartCoordinator(Props coordinator)
    {
        Coordinator = Context.Watch(Context.ActorOf(coordinator, "coordinator"));
        IsBetweenLives = false;
        Context.SetReceiveTimeout(ProtocolSettings.From(Context.System.Settings.Config).SilenceTimeout);
        Coordinator.Tell(new Progress.Start(_order!.RunId));
        if (_stop is { } stop) Coordinator.Tell(stop);
    }

    // It shares threads with local workers. Where all of them hang in a batch it can tell nobody itself. Once for each silence.
    private void OnSilence()
    {
        // One that comes when the coordinator has ended means nothing.
        if (_isSilent || Context.ReceiveTimeout is not { } silence) return;
        _isSilent = true;
        Listener.OnEvent(RunEvent.CoordinatorSilent, string.Create(CultureInfo.InvariantCulture,
            $"nothing was heard of the coordinator for {silence.TotalSeconds:0.#} s: a thread that computes hangs, "
                + $"or a batch takes as long"));
    }

    private void OnCoordinatorStopped()
    {
        Context.SetReceiveTimeout(null);
        if (!IsBetweenLives || _failure is not null)
        {
            Conclude();
            return;
        }
        OnLifeOver();
        if (Training.Checkpoints is not { } sink)
        {
            GoOn(null);
            return;
        }
        _reader = Context.Watch(Context.ActorOf(CheckpointActor.Props(sink)));
        _reader.Tell(new Checkpoints.ReadLast(Training.RunId));
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
        var setup = Training.Setup(Self);
        var job = setup.Job;
        var state = last ?? Training.Beginning ?? RunState.Initial(Network.Create(job.Spec, job.Random), job);
        state = state with { RateScale = state.RateScale * Divergence.RetryRateScale };
        var text = Divergence.DescribeRetry(_ended!.Error!, state.EpochsDone(job.Plan), state.Updates);
        _ended.Network.Dispose();
        (_ended, Training.Beginning) = (null, null);
        StartCoordinator(CoordinatorActor.Props(setup with { State = state }));
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
