using ActorSparse.Actors.Messages;
using ActorSparse.Model.Coordination;
using Akka.Actor;
using Akka.Event;

namespace ActorSparse.Actors;

/// <summary>
/// The router of a run: passes what workers and helpers say to <see cref="TrainingRun"/>, which decides, and sends whatever is due then;
/// supervises workers and helpers. docs/architecture.md shows the way of a gradient and of a topology change through it.
/// </summary>
internal sealed partial class CoordinatorActor : ReceiveActor, IWithTimers
{
    private readonly CoordinatorSetup _setup;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Roster<IActorRef> _roster;
    private readonly TrainingRun _run;
    private readonly Dictionary<string, Child> _localWorkers = new(StringComparer.Ordinal);
    private readonly Child _topologyActor;
    private readonly Child _evaluator;
    private readonly Child _checkpointWriter;
    private bool _isStarted;
    private bool _isDismissed;
    private bool _isConcluded;

    /// <summary>Creates the coordinator; see <see cref="Props"/>.</summary>
    public CoordinatorActor(CoordinatorSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        _setup = setup;
        var job = setup.Job;
        _roster = new(job.Run.Workers);
        _run = new(
            job, setup.State, new(Settings.TopologyHistory, Settings.NotFiniteMax, IsMeasured: setup.EvaluatorProps is not null), _roster,
            Report, setup.Probe);
        _topologyActor = Helper("topology", setup.TopologyProps);
        _evaluator = Helper("evaluator", setup.EvaluatorProps);
        _checkpointWriter = Helper("checkpoints", setup.CheckpointProps);
        ReceiveFromWorkers();
        ReceiveFromHelpers();
        Receive<Progress.Start>(_ => _isStarted = true);
        Receive<Progress.Stop>(_ => _run.Stop());
        Receive<Terminated>(OnTerminated);
        Receive<CoordinatorTimer.ReportStatus>(_ => ReportStatus());
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private ProtocolSettings Settings => _setup.Settings;

    private ulong RunId => _setup.Job.RunId;

    private bool IsOver => _run.Phase == RunPhase.Finished;

    /// <summary>How to make a coordinator.</summary>
    public static Props Props(CoordinatorSetup setup) =>
        Akka.Actor.Props.Create(() => new CoordinatorActor(setup)).WithDispatcher(ProtocolSettings.CoordinatorDispatcher);

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    /// <inheritdoc/>
    protected override void PreStart()
    {
        var report = new CoordinatorTimer.ReportStatus();
        Timers.StartPeriodicTimer(report, report, Settings.StatusInterval);
        foreach (var helper in (Child[])[_topologyActor, _evaluator, _checkpointWriter]) helper.Start(Context);
        for (var index = 0; index < _setup.LocalWorkers; index++) AddLocalWorker($"worker-{index}");
        Advance();
    }

    /// <inheritdoc/>
    protected override void PostStop() => _run.Dispose();

    /// <inheritdoc/>
    // Whatever came may be what something was waiting for.
    protected override bool AroundReceive(Receive receive, object message)
    {
        var isHandled = base.AroundReceive(receive, message);
        Advance();
        return isHandled;
    }

    /// <inheritdoc/>
    protected override void Unhandled(object message)
    {
        if (message is IProtocolMessage) _log.Warning("{0} is not for the coordinator", message.GetType().Name);
        base.Unhandled(message);
    }

    private void Advance()
    {
        if (_isStarted && _roster.Count > 0) _run.Begin();
        _run.Advance();
        AskHelpers();
        TakeReports();
        if (IsOver && _run.Outcome is RunOutcome.Stopped or RunOutcome.Failed) DismissWorkers();
        ServeParked();
        Conclude();
    }

    // Epochs are reported in their order, each with all that is known of it, and then written.
    private void TakeReports()
    {
        while (_run.TryTakeReport(out var metrics, out var state, out var isBest))
        {
            if (metrics is not null) _setup.Listener.Tell(new Progress.EpochFinished(RunId, metrics));
            if (_setup.CheckpointProps is null || _checkpointWriter.Lives.IsGivenUp) state.Dispose();
            else _checkpointWriter.Actor.Tell(new Checkpoints.Write(RunId, _run.Journal.BeginWrite(), metrics, isBest, new(state)));
        }
    }

    private void Conclude()
    {
        if (_isConcluded || !_run.IsConcluded) return;
        _isConcluded = true;
        DismissWorkers();
        _setup.Listener.Tell(new Progress.Finished(
            RunId, _run.Outcome!.Value, _run.Error, _run.Status(), new(_run.Server.Network.Clone())));
    }

    private void ReportStatus()
    {
        if (_isStarted && !_isConcluded) _setup.Listener.Tell(new Progress.Running(RunId, _run.Status()));
    }

    private void SetTimer(CoordinatorTimer timer, TimeSpan after) => Timers.StartSingleTimer(timer, timer, after);

    private void Report(RunEvent kind, string text)
    {
        _log.Info("{0}: {1}", kind, text);
        _setup.Listener.Tell(new Progress.Happened(RunId, kind, text));
    }
}
