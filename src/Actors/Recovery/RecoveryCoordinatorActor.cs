using ActorSparse.Actors.Messages;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Recovery;
using Akka.Actor;
using Akka.Event;

namespace ActorSparse.Actors.Recovery;

/// <summary>
/// Runs recoveries, one after the other: hands shares of their questions to the workers that have joined and gives the answers to
/// <see cref="RecoveryRun"/>, which decides. Local workers that die are started anew after a delay that grows, and given up when they die too
/// often in a row; those of other nodes join again. What a lost one had goes to the others.
/// </summary>
internal sealed class RecoveryCoordinatorActor : ReceiveActor, IWithTimers
{
    private readonly RecoverySetup _setup;
    private readonly Child[] _local;
    private readonly Roster<IActorRef> _roster = new(int.MaxValue);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private RecoveryMessage.Solve? _problem;
    private RecoveryRun? _run;
    private long _lastTicket, _problems;

    /// <summary>Creates the coordinator; see <see cref="Props"/>.</summary>
    public RecoveryCoordinatorActor(RecoverySetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        _setup = setup;
        _local = [.. Enumerable.Range(0, setup.LocalWorkers).Select(number => $"worker-{number}").Select(name => new Child(
            name, new Lives(setup.Settings.WorkerRestarts, setup.Settings.WorkerHealthyAfterResults),
            incarnation => setup.WorkerProps!(Self, name, incarnation)))];
        Receive<Membership.Join>(OnJoin);
        Receive<Membership.Leave>(leave => Forget(Find(leave), $"it left: {leave.Reason}"));
        Receive<Membership.Transferring>(OnTransferring);
        Receive<RecoverySums.Computed>(OnComputed);
        Receive<RecoveryMessage.Solve>(OnSolve);
        Receive<RecoveryMessage.End>(OnEnd);
        Receive<RecoveryMessage.Silent>(OnSilent);
        Receive<RecoveryMessage.Restart>(restart => _local[restart.Worker].Start(Context));
        Receive<RecoveryMessage.TellStanding>(_ => TellStanding());
        Receive<Progress.Start>(_ => { });
        Receive<Progress.Stop>(_ => Fail(new OperationCanceledException("the recovery was stopped")));
        Receive<Terminated>(OnTerminated);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to make a coordinator.</summary>
    public static Props Props(RecoverySetup setup) =>
        Akka.Actor.Props.Create(() => new RecoveryCoordinatorActor(setup)).WithDispatcher(ProtocolSettings.CoordinatorDispatcher);

    /// <inheritdoc/>
    protected override void PreStart()
    {
        foreach (var worker in _local) worker.Start(Context);
        Timers.StartPeriodicTimer(nameof(TellStanding), new RecoveryMessage.TellStanding(), _setup.Settings.StatusInterval);
    }

    /// <inheritdoc/>
    protected override void PostStop() => Fail(new InvalidOperationException("the coordinator of the recovery stopped"));

    // What fails here fails the recovery that is under way, and no other.
    /// <inheritdoc/>
    protected override bool AroundReceive(Receive receive, object message)
    {
        try
        {
            return base.AroundReceive(receive, message);
        }
        catch (Exception exception) when (_run is not null)
        {
            Conclude(exception);
            return true;
        }
    }

    // A worker that fails is not restarted in place: it gets a new life after a while.
    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private void OnSolve(RecoveryMessage.Solve problem)
    {
        try
        {
            if (_run is not null) throw new InvalidOperationException("a recovery is under way");
            (_run, _problem) = (new(problem.Steps, Shares, _lastTicket), problem);
        }
        catch (Exception failure) when (problem.Result.TrySetException(failure))
        {
            return;
        }
        _problems++;
        FailIfAlone();
        Continue();
    }

    private int Shares => Math.Max(_setup.Shares, _roster.Count);

    private void OnJoin(Membership.Join join)
    {
        if (_roster.JudgeJoining(join.Worker, join.Incarnation, Sender, out var detail) is var refusal and not RefusalReason.None)
        {
            Refuse(join, refusal, detail);
            return;
        }
        var worker = _roster.Find(join.Worker);
        if (worker is not null && join.Incarnation > worker.Incarnation) Forget(worker, "a later incarnation joins");
        if (_roster.Find(join.Worker) is null)
        {
            worker = _roster.Add(join.Worker, join.Incarnation, Context.Watch(Sender));
            Report(RunEvent.WorkerJoined, $"{worker.Name}, incarnation {worker.Incarnation}");
        }
        // One that joins again has nothing: what it was to do was lost.
        _run?.Release(worker!.HomeShard);
        worker!.Address.Tell(new Membership.Joined(_setup.RunId, worker.Name, worker.Incarnation, worker.HomeShard));
        worker.Park(RefusalReason.None);
        Continue();
    }

    private void OnComputed(RecoverySums.Computed computed)
    {
        if (Find(computed) is not { } worker) return;
        var refusal = _run?.Take(worker.HomeShard, computed.Ticket, computed.Share, computed.Nodes) ?? RefusalReason.NotInFlight;
        if (refusal == RefusalReason.Implausible)
        {
            Refuse(computed, refusal, "its sums are not those that were asked for");
            return;
        }
        if (refusal == RefusalReason.None)
        {
            Timers.Cancel(worker.Name);
            Array.Find(_local, child => child.Name == worker.Name)?.Lives.Succeed();
        }
        worker.Park(refusal);
        Continue();
    }

    // Its share goes to whoever has nothing to do, or it answers first.
    private void OnSilent(RecoveryMessage.Silent silent)
    {
        if (_roster.Find(silent.Worker, silent.Incarnation, out var worker) != RefusalReason.None || _run?.Release(worker!.HomeShard, isSilent: true) != true) return;
        Report(RunEvent.WorkerLost, $"{silent.Worker} fell silent; its share goes to others");
        Continue();
    }

    private void OnTerminated(Terminated terminated)
    {
        if (_roster.TryFind(terminated.ActorRef, out var worker)) Forget(worker, "it died");
        var local = Array.FindIndex(_local, child => child.Actor.Equals(terminated.ActorRef));
        if (local < 0) return;
        var lives = _local[local].Lives;
        if (lives.Die() is { } delay) Timers.StartSingleTimer($"restart-{local}", new RecoveryMessage.Restart(local), delay);
        else
        {
            Report(RunEvent.WorkerGivenUp, $"{_local[local].Name} died {lives.Failures} times in a row; its share goes to others");
            FailIfAlone();
        }
    }

    private void Forget(RosterEntry<IActorRef>? worker, string reason)
    {
        if (worker is null) return;
        Timers.Cancel(worker.Name);
        _roster.Remove(worker);
        _roster.CountLost();
        _run?.Release(worker.HomeShard);
        Report(RunEvent.WorkerLost, $"{worker.Name}, incarnation {worker.Incarnation}: {reason}");
        Continue();
    }

    private void FailIfAlone()
    {
        if (_local.Length > 0 && Array.TrueForAll(_local, child => child.Lives.IsGivenUp))
            Fail(new InvalidOperationException("all workers died too often and were given up"));
    }

    // Whoever waits is served, or the end is told.
    private void Continue()
    {
        if (_run is not { } run) return;
        if (run.IsOver)
        {
            Conclude(run.Failure);
            return;
        }
        run.Shares = Shares;
        foreach (var worker in _roster.Workers)
        {
            if (!worker.IsParked || run.Assign(worker.HomeShard) is not { } order) continue;
            worker.Unpark();
            worker.Address.Tell(new RecoverySums.Compute(_setup.RunId, worker.Name, worker.Incarnation, _problem!.Samples, order));
            AwaitAnswer(worker);
        }
    }

    private void AwaitAnswer(RosterEntry<IActorRef> worker) =>
        Timers.StartSingleTimer(worker.Name, new RecoveryMessage.Silent(worker.Name, worker.Incarnation), _setup.Settings.SilenceTimeout);

    private void OnTransferring(Membership.Transferring signal)
    {
        if (_roster.Find(signal.Worker, signal.Incarnation, out var worker) == RefusalReason.None && Timers.IsTimerActive(signal.Worker))
            AwaitAnswer(worker!);
    }

    private void Fail(Exception failure)
    {
        if (_run is not null) Conclude(failure);
    }

    private void Conclude(Exception? failure)
    {
        var result = _problem!.Result;
        _lastTicket = _run!.Ticket;
        _run.Dispose();
        (_problem, _run) = (null, null);
        switch (failure)
        {
            case null: result.TrySetResult(); break;
            case OperationCanceledException: result.TrySetCanceled(); break;
            default: result.TrySetException(failure); break;
        }
    }

    private void OnEnd(RecoveryMessage.End end)
    {
        TellStanding();
        foreach (var worker in _roster.Workers)
            worker.Address.Tell(new Membership.Dismissed(_setup.RunId, worker.Name, worker.Incarnation, end.Outcome, end.Error));
        Context.Stop(Self);
    }

    private void TellStanding() => _setup.Listener.Tell(new RecoveryMessage.Standing(_problems, _run?.Ticket ?? _lastTicket, _roster.LostCount));

    private RosterEntry<IActorRef>? Find(IFromWorker message)
    {
        var refusal = _roster.Find(message.Worker, message.Incarnation, out var worker);
        if (refusal != RefusalReason.None) Refuse(message, refusal, refusal == RefusalReason.UnknownWorker ? "it has not joined" : "a later life of it has joined");
        return worker;
    }

    private void Refuse(IFromWorker message, RefusalReason reason, string detail)
    {
        _log.Info("{0}, incarnation {1}: {2} refused as {3}: {4}", message.Worker, message.Incarnation, message.GetType().Name, reason, detail);
        Sender.Tell(new Membership.Refused(_setup.RunId, message.Worker, message.Incarnation, reason, detail));
    }

    private void Report(RunEvent kind, string text) => _setup.Listener.Tell(new Progress.Happened(_setup.RunId, kind, text));
}
