using ActorSparse.Actors.Messages;
using ActorSparse.Actors.State;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;
using Akka.Actor;
using Akka.Event;

namespace ActorSparse.Actors;

/// <summary>
/// Owns the parameters and hands out the work: batches in phase one, replicas in phase two; supervises workers and helpers. Each phase is a
/// behaviour. What it knows is in plain classes (<see cref="ParameterServer"/>, <see cref="EpochLedger"/>, ...); this shell routes, answers
/// and reports. docs/protocol.md has the messages and a state diagram.
/// </summary>
public sealed partial class CoordinatorActor : ReceiveActor, IWithTimers
{
    private readonly CoordinatorSetup _setup;
    private readonly TrainingJob _job;
    private readonly RunPlan _plan;
    private readonly ProtocolSettings _settings;
    private readonly WorkSetPool _pool;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private bool _isStarted;

    /// <summary>Creates the coordinator; see <see cref="Props"/>.</summary>
    public CoordinatorActor(CoordinatorSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        _setup = setup;
        _job = setup.Job;
        _plan = _job.Plan;
        _settings = setup.Settings;
        var state = setup.State;
        var batches = _job.BatchesPerShard();
        _pool = new(_job.Run.Workers + 2);
        Ledger = new(batches, _plan.PhaseOneEpochs, state.Ledger);
        Server = new(state.Network, _job, _settings.TopologyHistory, state.ModelVersion, _job.UpdatesPerEpoch(), state.RateScale);
        _evolvedEpochs = state.EvolvedEpochs;
        if (_job.Training.Rule is GuidedRule guided)
            _guided = new(guided, _job.UpdatesPerEpoch() * (long)_plan.Epochs, state.EvolvedUpdates);
        IsSynchronous = _job.Run.Mode == TrainingMode.Wssp || (_guided is not null && Ledger.ShardCount == 1);
        _tallies = new(state.Tallies);
        _evolutions = new(state.Evolutions);
        _replicaUpdates = state.ReplicaUpdates;
        _bestAccuracy = state.BestAccuracy;
        (_rateScale, _bestEpochLoss) = (state.RateScale, state.BestEpochLoss);
        _guess = GuessLoss.Of(_job.Spec, _job.TrainingSet, _job.Training.ClassWeights.For(_job.TrainingSet, _job.Spec.ClassCount));
        RestorePhaseTwo(state);
        setup.Probe?.OnCreated(this);
        Become(WaitingForWorkers);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>The phase it is in.</summary>
    internal RunPhase Phase { get; private set; }

    /// <summary>The accounts of phase one.</summary>
    internal EpochLedger Ledger { get; }

    /// <summary>The accounts of the present round of phase two.</summary>
    internal RoundLedger? Round { get; private set; }

    /// <summary>The parameters.</summary>
    internal ParameterServer Server { get; }

    /// <summary>Averages taken.</summary>
    internal int RoundsDone => _round;

    /// <summary>How phase one applies gradients.</summary>
    internal TrainingMode Mode => _job.Run.Mode;

    private ulong RunId => _job.RunId;

    // One shard goes step by step under rules that evolve between updates, as nothing may be computed on the step after before.
    private bool IsSynchronous { get; }

    /// <summary>How to make a coordinator.</summary>
    public static Props Props(CoordinatorSetup setup) =>
        Akka.Actor.Props.Create(() => new CoordinatorActor(setup)).WithDispatcher(ProtocolSettings.CoordinatorDispatcher);

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    /// <inheritdoc/>
    protected override void PreStart()
    {
        var report = new CoordinatorTimer.ReportStatus();
        Timers.StartPeriodicTimer(report, report, _settings.StatusInterval);
        StartHelpers();
        for (var index = 0; index < _setup.LocalWorkers; index++) StartWorker(new($"worker-{index}"));
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _barrier.Dispose();
        _pool.Dispose();
        foreach (var replica in _replicas) replica?.Dispose();
        _average?.Dispose();
        _guided?.Dispose();
        Server.Dispose();
    }

    /// <inheritdoc/>
    protected override void Unhandled(object message)
    {
        if (message is IProtocolMessage) _log.Warning("{0} is not for phase {1}", message.GetType().Name, Phase);
        base.Unhandled(message);
    }

    private void WaitingForWorkers()
    {
        Phase = RunPhase.WaitingForWorkers;
        Receive<Progress.Start>(_ =>
        {
            _isStarted = true;
            _epochStarted = _job.Clock.GetTimestamp();
            BeginIfReady();
        });
        Receive<IWorkRequest>(request =>
        {
            if (TryAdmit(request, out var worker)) Park(worker, RefusalReason.None);
        });
        ReceiveInAnyPhase();
    }

    private void BeginIfReady()
    {
        if (!_isStarted || Phase != RunPhase.WaitingForWorkers || _workers.Count == 0) return;
        if (_setup.State.Phase == RunPhase.Finished)
        {
            Finish(RunOutcome.Completed, null);
            return;
        }
        Become(InPhaseOne);
        Report(RunEvent.PhaseBegan, $"phase one, {_job.Run.Mode.ToString().ToLowerInvariant()}, epochs 1 to {_plan.PhaseOneEpochs}");
        ContinuePhaseOne();
    }

    private void ReceiveInAnyPhase()
    {
        Receive<Membership.Join>(OnJoin);
        Receive<Membership.Leave>(OnLeave);
        Receive<PhaseTwo.StillTraining>(OnStillTraining);
        Receive<TopologyEvolution.Evolved>(OnEvolved);
        Receive<GuidedGrowth.Drawn>(OnDrawn);
        Receive<GuidedGrowth.Selected>(OnSelected);
        Receive<Progress.Evaluated>(OnEvaluated);
        Receive<PhaseTwo.LossMeasured>(OnLossMeasured);
        Receive<Checkpoints.Written>(OnWritten);
        Receive<Progress.Start>(_ => { });
        Receive<Progress.Stop>(_ => StopRun());
        Receive<Terminated>(OnTerminated);
        Receive<CoordinatorTimer.RestartWorker>(restart => StartWorker(restart.Worker));
        Receive<CoordinatorTimer.WorkerSilent>(OnWorkerSilent);
        Receive<CoordinatorTimer.EvolutionLate>(OnEvolutionLate);
        Receive<CoordinatorTimer.GuidedLate>(_ => OnGuidedLate());
        Receive<CoordinatorTimer.EvaluationLate>(OnEvaluationLate);
        Receive<CoordinatorTimer.LossLate>(OnLossLate);
        Receive<CoordinatorTimer.ReportStatus>(_ => ReportStatus());
    }

    // The work goes back to its worker, whatever became of the last one: a batch in phase one, a replica in phase two, or nothing for now.
    // An evolution that wants a worker comes first.
    private void Serve(WorkerEntry worker, RefusalReason refusal)
    {
        var isServed = TrySendGuided(worker, refusal) || (UnreportedEpochs < UnreportedEpochsMax && Phase switch
        {
            RunPhase.PhaseOne or RunPhase.Draining => TrySendBatch(worker, refusal),
            RunPhase.PhaseTwo => TrySendReplica(worker, refusal),
            _ => false,
        });
        if (isServed) worker.IsParked = false;
        else Park(worker, refusal);
    }

    private static void Park(WorkerEntry worker, RefusalReason refusal)
    {
        worker.IsParked = true;
        worker.ParkedRefusal = refusal;
    }

    private void ServeParked()
    {
        foreach (var worker in _workers.Values)
        {
            if (worker.IsParked) Serve(worker, worker.ParkedRefusal);
        }
    }

    private void SetTimer(CoordinatorTimer timer, TimeSpan after) => Timers.StartSingleTimer(timer, timer, after);

    private void Report(RunEvent kind, string text)
    {
        _log.Info("{0}: {1}", kind, text);
        _setup.Listener.Tell(new Progress.Happened(RunId, kind, text));
    }
}
