using ActorSparse.Model.Coordination;
using ActorSparse.Model.Recovery;
using Akka.Actor;
using Akka.Event;

namespace ActorSparse.Actors.Recovery;

/// <summary>
/// Runs a recovery: hands shares of its questions to workers and gives the answers to <see cref="RecoveryRun"/>, which decides. Workers that
/// die are started anew after a delay that grows, and given up when they die too often in a row; their shares go to the others meanwhile.
/// </summary>
internal sealed class RecoveryCoordinatorActor : ReceiveActor, IWithTimers
{
    private readonly RecoverySetup _setup;
    private readonly RecoveryRun _run;
    private readonly Child[] _workers;
    private readonly HashSet<int> _idle = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <summary>Creates the coordinator; see <see cref="Props"/>.</summary>
    public RecoveryCoordinatorActor(RecoverySetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        _setup = setup;
        _run = new(setup.Steps, setup.Workers);
        var settings = setup.Settings;
        _workers = [.. Enumerable.Range(0, setup.Workers).Select(number => new Child(
            $"worker-{number}", new Lives(settings.WorkerRestarts, settings.WorkerHealthyAfterResults),
            incarnation => setup.WorkerProps(number, incarnation)))];
        Receive<RecoveryMessage.Computed>(OnComputed);
        Receive<RecoveryMessage.Restart>(restart => Start(restart.Worker));
        Receive<RecoveryMessage.Silent>(OnSilent);
        Receive<RecoveryMessage.Stop>(_ => End(new OperationCanceledException("the recovery was stopped")));
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
        for (var worker = 0; worker < _workers.Length; worker++) Start(worker);
        EndIfOver();
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _run.Fail(new InvalidOperationException("the coordinator of the recovery stopped"));
        Tell();
        _run.Dispose();
    }

    // A worker that fails is not restarted in place: it gets a new life after a while.
    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private void Start(int worker)
    {
        if (_run.IsOver) return;
        _workers[worker].Start(Context);
        _idle.Add(worker);
        Serve();
    }

    private void Serve()
    {
        foreach (var worker in _idle.Order().ToList())
        {
            if (_run.Assign(worker) is not { } order) continue;
            _idle.Remove(worker);
            _workers[worker].Actor.Tell(new RecoveryMessage.Compute(order));
            var silence = new RecoveryMessage.Silent(worker, _workers[worker].Lives.Incarnation);
            Timers.StartSingleTimer(worker, silence, _setup.Settings.SilenceTimeout);
        }
    }

    private void OnComputed(RecoveryMessage.Computed computed)
    {
        // One that has died since is not asked for more.
        if (!Sender.Equals(_workers[computed.Worker].Actor)) return;
        Timers.Cancel(computed.Worker);
        if (_run.Take(computed.Worker, computed.Ticket, computed.Share, computed.Nodes)) _workers[computed.Worker].Lives.Succeed();
        _idle.Add(computed.Worker);
        if (!EndIfOver()) Serve();
    }

    // Its share goes to others; it gets another once it has answered, whatever with.
    private void OnSilent(RecoveryMessage.Silent silent)
    {
        if (_workers[silent.Worker].Lives.Incarnation != silent.Incarnation || !_run.Release(silent.Worker)) return;
        _log.Info("{0} fell silent; its share goes to others", _workers[silent.Worker].Name);
        Serve();
    }

    private void OnTerminated(Terminated terminated)
    {
        var worker = Array.FindIndex(_workers, child => child.Actor.Equals(terminated.ActorRef));
        if (worker < 0 || _run.IsOver) return;
        Timers.Cancel(worker);
        _idle.Remove(worker);
        _run.Release(worker);
        if (_workers[worker].Lives.Die() is { } delay) Timers.StartSingleTimer($"restart-{worker}", new RecoveryMessage.Restart(worker), delay);
        else
        {
            _log.Info("{0} died {1} times in a row and is given up; its share goes to others", _workers[worker].Name, _workers[worker].Lives.Failures);
            if (Array.TrueForAll(_workers, child => child.Lives.IsGivenUp))
            {
                End(new InvalidOperationException("all workers died too often and were given up"));
                return;
            }
        }
        Serve();
    }

    private void End(Exception failure)
    {
        _run.Fail(failure);
        EndIfOver();
    }

    private bool EndIfOver()
    {
        if (!_run.IsOver) return false;
        // With it go its workers; who waits is told when they have.
        Context.Stop(Self);
        return true;
    }

    private void Tell()
    {
        switch (_run.Failure)
        {
            case null: _setup.Result.TrySetResult(); break;
            case OperationCanceledException: _setup.Result.TrySetCanceled(); break;
            case { } failure: _setup.Result.TrySetException(failure); break;
        }
    }
}
