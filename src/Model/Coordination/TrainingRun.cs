using System.Globalization;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Coordination;

/// <summary>
/// One life of a run, as far as it needs no actors: what is handed out, what counts, which phase comes next, what is known of epochs that
/// are over, and how it ends. Whoever tells it what has come calls <see cref="Advance"/> afterwards, then asks it what is due.
/// </summary>
internal sealed partial class TrainingRun : IDisposable
{
    private readonly TrainingJob _job;
    private readonly RunPlan _plan;
    private readonly EpochBooks _books;
    private readonly Action<RunEvent, string> _report;
    private readonly IRunProbe? _probe;
    private bool _isMeasured;
    private readonly bool _isOver;

    /// <summary>
    /// A run that begins, or goes on from <paramref name="state"/>, which it takes over.
    /// </summary>
    /// <param name="job">What is trained.</param>
    /// <param name="state">Where to begin.</param>
    /// <param name="limits">What it is limited to.</param>
    /// <param name="roster">Who takes part.</param>
    /// <param name="report">Hears of events.</param>
    /// <param name="probe">Sees what is done to the parameters; null outside simulations.</param>
    public TrainingRun(
        TrainingJob job, RunState state, RunLimits limits, IRoster roster, Action<RunEvent, string> report, IRunProbe? probe = null)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(limits);
        state = state.TakeOver();
        (_job, _plan, _isMeasured, Roster, _report, _probe) = (job, job.Plan, limits.IsMeasured, roster, report, probe);
        Server = new(state.Network, job, limits.TopologyHistory, state.ModelVersion, job.UpdatesPerEpoch(), state.RateScale);
        Schedule = new(state.EvolvedEpochs, state.EvolvedUpdates);
        Journal = new(state.BestScore, job.ScoreKind, state.Validation);
        Watch = new(job, state, limits.NotFiniteMax);
        _books = new(state, job.Clock);
        Batches = GradientTraining.Create(job, state, Server, Schedule, _books, roster, probe);
        Replicas = new(job, state);
        _epochsClosed = Batches.Ledger.CurrentEpoch;
        _isOver = state.Phase == RunPhase.Finished;
        probe?.OnCreated(this);
    }

    /// <summary>The phase it is in.</summary>
    public RunPhase Phase { get; private set; }

    /// <summary>Who takes part.</summary>
    public IRoster Roster { get; }

    /// <summary>Requests that were refused, for whatever reason.</summary>
    public long RefusedCount { get; private set; }

    /// <summary>The parameters.</summary>
    public ParameterServer Server { get; }

    /// <summary>Phase one.</summary>
    public GradientTraining Batches { get; }

    /// <summary>Phase two.</summary>
    public ReplicaTraining Replicas { get; }

    /// <summary>When topologies evolve.</summary>
    public EvolutionSchedule Schedule { get; }

    /// <summary>Epochs that are over.</summary>
    public Journal Journal { get; }

    /// <summary>Whether its numbers are lost.</summary>
    public DivergenceWatch Watch { get; }

    /// <summary>Number of epochs whose evolution has been applied, or that were not to have one, of those that are over.</summary>
    public int EvolvedEpochs => Math.Min(Schedule.Next.Epoch, EpochsOver);

    private EpochLedger Ledger => Batches.Ledger;

    private int EpochsOver => Replicas.RoundsDone > 0 ? _plan.FirstEpoch(Replicas.RoundsDone) : Ledger.CurrentEpoch;

    private double LearningRate => Replicas.LearningRate ?? Server.LearningRate;

    /// <summary>The first worker is there: training begins.</summary>
    public void Begin()
    {
        if (Phase != RunPhase.WaitingForWorkers) return;
        if (_isOver)
        {
            Finish(RunOutcome.Completed, null);
            return;
        }
        Phase = RunPhase.PhaseOne;
        // There may be none, and one that continues may have done all of it.
        if (Ledger.IsFinished) return;
        _report(RunEvent.PhaseBegan, $"phase one, {_job.Run.Mode.ToString().ToLowerInvariant()}, epochs 1 to {_plan.PhaseOneEpochs}");
    }

    /// <summary>A batch for <paramref name="worker"/>, if there is one now.</summary>
    public bool TryAssign(string worker, int homeShard, out BatchOrder order)
    {
        order = default;
        return Phase == RunPhase.PhaseOne && !Journal.IsFull && Batches.TryAssign(worker, homeShard, out order);
    }

    /// <summary>An epoch of a replica for <paramref name="worker"/>, if there is one now.</summary>
    public bool TryAssign(string worker, int homeShard, out ReplicaOrder order)
    {
        order = default;
        if (Phase != RunPhase.PhaseTwo || Journal.IsFull) return false;
        if (!Replicas.Round!.TryAssign(worker, homeShard, out var assignment)) return false;
        var network = Replicas.Replicas[assignment.Shard]?.Network ?? Server.Network;
        order = new(assignment, Replicas.RoundsDone, Batches.Pool.Rent(network, withVelocities: true));
        return true;
    }

    /// <summary>Counts a request that was refused before it came here.</summary>
    public void CountRefused() => RefusedCount++;

    /// <summary>Takes over what came of a batch; says why it does not count, if it does not.</summary>
    public RefusalReason Take(string worker, BatchAnswer answer)
    {
        if (Phase != RunPhase.PhaseOne)
        {
            answer.Evolution?.Dispose();
            return Refuse(worker, answer.Work, RefusalReason.OtherPhase);
        }
        var (epoch, version) = (Ledger.CurrentEpoch, Server.ModelVersion);
        var refusal = Batches.Take(worker, answer, out var assignment, out var detail);
        if (refusal == RefusalReason.NotFinite)
            CountNotFinite($"{worker}, batch {assignment.Batch + 1} of epoch {assignment.Epoch + 1}: {detail}");
        if (refusal != RefusalReason.None)
        {
            RefusedCount++;
            return refusal;
        }
        CountWork(worker, answer.Tally.SampleCount, version - answer.ModelVersion);
        ForgetSnapshot();
        // In phase two the order in which replicas come is chance: there whole epochs are judged only.
        if (epoch == Ledger.CurrentEpoch && Watch.OfEpochSoFar(assignment.Epoch, _books.TallyOf(assignment.Epoch)) is { } diverged)
            EndDiverged(diverged);
        return refusal;
    }

    /// <summary>Takes over what came of an epoch of a replica; says why it does not count, if it does not.</summary>
    public RefusalReason Take(string worker, ReplicaAnswer answer)
    {
        if (Phase != RunPhase.PhaseTwo) return Refuse(worker, answer.Work, RefusalReason.OtherPhase);
        var refusal = Replicas.Judge(worker, answer, out var assignment, out var detail);
        if (refusal == RefusalReason.NotFinite)
            CountNotFinite($"{worker}, shard {assignment.Shard}, epoch {assignment.Epoch + 1}: {detail}");
        if (refusal != RefusalReason.None) return Refuse(worker, answer.Work, refusal);
        CountWork(worker, answer.Tally.SampleCount, staleness: 0);
        _books.Add(assignment.Epoch, answer.Tally);
        _books.Add(assignment.Epoch, answer.Evolution);
        var over = Replicas.Accept(worker, answer, assignment);
        Batches.Pool.Return(answer.Work);
        // Between averages an epoch is measured on the average there would be now: what training would yield if it ended here.
        if (over >= 0) CloseEpoch(over, Replicas.PresentAverage());
        return refusal;
    }

    /// <summary>A worker could not compute what it holds; false if it does not hold that.</summary>
    public bool TakeDiverged(string worker, long ticket, string detail)
    {
        var isHeld = Ledger.TryGetInFlight(worker, ticket, out _)
            || (Replicas.Round?.TryGetInFlight(worker, out var replica) == true && replica.Ticket == ticket);
        Release(worker);
        RefusedCount++;
        if (isHeld) CountNotFinite($"{worker}: {detail}");
        return isHeld;
    }

    /// <summary>
    /// What <paramref name="worker"/> holds is open again, apart from the hand-out <paramref name="kept"/>; false if that is nothing.
    /// </summary>
    public bool Release(string worker, long kept = 0) =>
        Ledger.Release(worker, kept) || Replicas.Round?.Release(worker, kept) == true;

    /// <summary>Whether <paramref name="worker"/> has work.</summary>
    public bool IsBusy(string worker) =>
        Ledger.CountInFlight(worker) > 0 || Replicas.Round?.TryGetInFlight(worker, out _) == true;

    /// <summary>
    /// What <paramref name="silent"/> holds is open again, since <paramref name="idle"/> has nothing and could have it; false if it is not.
    /// </summary>
    public bool TryTakeAway(string silent, string idle) =>
        Phase is RunPhase.PhaseOne or RunPhase.PhaseTwo && !Journal.IsFull && !IsBusy(idle) && Release(silent);

    /// <summary>Goes on to whatever is next, as far as nothing is waited for.</summary>
    public void Advance()
    {
        _books.CountTime(Phase != RunPhase.WaitingForWorkers && Roster.Count > 0);
        while (Phase == RunPhase.PhaseOne && _epochsClosed < Ledger.CurrentEpoch) CloseEpoch(_epochsClosed++, null);
        if (Phase == RunPhase.PhaseOne) Batches.AllowEpochs();
        if (Schedule.Next.Epoch > _stopAfterEpoch && Phase != RunPhase.Finished)
        {
            _finalState = Capture();
            Finish(RunOutcome.Stopped, null);
        }
        if (Phase == RunPhase.PhaseOne && Ledger.IsFinished && Schedule.Next.Epoch >= _plan.PhaseOneEpochs) BeginRound();
        if (Phase == RunPhase.Averaging && Replicas.Round is null && IsEvolved) BeginRound();
        if (Phase == RunPhase.PhaseTwo && Replicas.Round!.IsFinished) BeginAveraging();
    }

    /// <summary>
    /// The epoch whose evolution is due, with a snapshot, which the caller disposes of; it counts as under way. In phase two networks evolve
    /// with the coordinator between rounds only.
    /// </summary>
    public bool TryBeginEvolution(out int epoch, out SharedNetwork snapshot)
    {
        (epoch, snapshot) = (Schedule.Next.Epoch, null!);
        var over = Phase == RunPhase.PhaseOne || (Phase == RunPhase.Averaging && Replicas.Round is null) ? EpochsOver : 0;
        if (!Schedule.IsKnown || Schedule.IsUnderWay || epoch >= over || Ledger.IsInFlight(Schedule.CarrierTicket)) return false;
        Schedule.Begin();
        snapshot = Snapshot();
        return true;
    }

    /// <summary>Applies the changes after an epoch, which it takes over, and learns what comes next.</summary>
    public void Evolve(EpochEvolution evolution, double seconds, NextEvolution next)
    {
        ArgumentNullException.ThrowIfNull(evolution);
        var epoch = Schedule.Next.Epoch;
        _probe?.OnEvolving(evolution, epoch, null);
        Server.Evolve(evolution);
        ForgetSnapshot();
        Schedule.Learn(next);
        var (pruned, grown) = evolution.Summary;
        _report(RunEvent.Evolved, $"after epoch {epoch + 1}: {pruned} connections pruned, {grown} grown");
        Journal.Evolve(epoch, evolution.Summary, seconds, Server.Network);
    }

    /// <summary>An epoch was measured on the evaluation set; false if nobody waits for that.</summary>
    /// <param name="id">Number of the request.</param>
    /// <param name="epoch">The epoch, counted from 0.</param>
    /// <param name="score">Score on the evaluation set.</param>
    /// <param name="loss">Mean loss on it.</param>
    /// <param name="seconds">How long it took.</param>
    /// <param name="further">The other measures; null if nobody wants to know.</param>
    public bool TakeEvaluation(
        long id, int epoch, double score, double loss, double seconds, IReadOnlyList<double>? further = null)
    {
        if (!Journal.IsEvaluating(id)) return false;
        if (Divergence.OfEvaluationLoss(loss, epoch, _job.Training.EvaluatedOn) is not { } diverged) return Journal.TryEndEvaluation(id, score, loss, seconds, further);
        Journal.DropFrom(id);
        EndDiverged(diverged);
        return true;
    }

    /// <summary>The average, or a replica, has this loss on training samples; false if nobody waits for that.</summary>
    public bool TakeLoss(long id, double loss)
    {
        if (Phase != RunPhase.Averaging || Replicas.Average is null || id != Replicas.MeasurementId || id == 0) return false;
        if (Replicas.Measure(loss) is not { } verdict) return true;
        if (!verdict.IsTaken)
            _report(RunEvent.AverageRejected, string.Create(CultureInfo.InvariantCulture,
                $"round {Replicas.RoundsDone + 1} of {_plan.Rounds}: the average has loss {verdict.AverageLoss:0.0000} on training samples, "
                + $"its replicas {verdict.ReplicaLoss:0.0000}; training goes on from that of shard {verdict.BestShard} with "
                + $"{verdict.BestLoss:0.0000}"));
        EndRound(verdict.IsTaken ? null : verdict.BestShard);
        return true;
    }

    /// <summary>What was being measured is lost: it is to be asked for again.</summary>
    public void RepeatMeasuring()
    {
        Journal.RepeatEvaluations();
        Replicas.MeasurementId = 0;
    }

    /// <summary>Nobody measures any more: an average is taken as it is.</summary>
    public void AbandonMeasuring()
    {
        _isMeasured = false;
        Journal.AbandonEvaluations();
        if (Phase == RunPhase.Averaging && Replicas.Average is not null) EndRound(null);
    }
}
