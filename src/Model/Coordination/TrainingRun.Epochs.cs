using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Coordination;

// Epochs that end, rounds, the end of the run, and what it is as a whole: a state, a status.
internal sealed partial class TrainingRun
{
    private const int ErrorLengthMax = 1000, WorkersRemembered = 256;

    private readonly Dictionary<string, WorkerStatus> _workers = new(StringComparer.Ordinal);

    private readonly WriteWatch _writes = new();
    private RunState? _finalState;
    private RunState? _earlyEnd; // the run is as it was after its last epoch, although training has gone on since
    private SharedNetwork? _snapshot;
    private int _epochsClosed;
    private int? _stopAfterEpoch;
    private bool _isWritten = true;

    /// <summary>How it ended; null before it has.</summary>
    public RunOutcome? Outcome { get; private set; }

    /// <summary>What went wrong, in one line; null if nothing did.</summary>
    public string? Error { get; private set; }

    /// <summary>Whether it has ended, and nothing is left to be measured or written.</summary>
    public bool IsConcluded => Phase == RunPhase.Finished && _finalState is null && Journal.Count == 0;

    /// <summary>Whether something is left to be written, if only once it has been measured.</summary>
    public bool HasUnwritten => _finalState is not null || Journal.Count > 0;

    private bool HasEndedWell => Outcome is RunOutcome.Completed or RunOutcome.Stopped;

    private long Updates => Server.ModelVersion - Replicas.RoundsDone + Replicas.Updates;

    private bool IsEvolved => Schedule.Next.Epoch >= _plan.FirstEpoch(Replicas.RoundsDone);

    /// <summary>
    /// The next epoch to be reported and written, in their order; the caller disposes of the state. After the last of all, once the run is
    /// over, its state at the end, without metrics.
    /// </summary>
    public bool TryTakeReport(out EpochMetrics? metrics, [NotNullWhen(true)] out RunState? state, out bool isBest)
    {
        // What was still to evolve when the run ended does not any more; resuming asks for it again.
        if (Journal.TryTake(Phase == RunPhase.Finished ? int.MaxValue : Schedule.Next.Epoch, out metrics, out state, out isBest))
        {
            if (_job.Training.EndsEarly(Journal.Validation)) EndEarly(state);
            return true;
        }
        if (Phase != RunPhase.Finished || Journal.HasEpochs || _finalState is not { } final) return false;
        (state, _finalState) = (final with { BestScore = Journal.BestScore, Validation = Journal.Validation }, null);
        return true;
    }

    /// <summary>
    /// A checkpoint was written, or was not for a reason, which is reported once until it works again. False if it was not, or if nobody
    /// waits for that number.
    /// </summary>
    public bool EndWrite(long id, string? error)
    {
        if (!Journal.TryEndWrite(id)) return false;
        if (_writes.Hear(error) is var (kind, text)) _report(kind, text);
        return error is null;
    }

    /// <summary>What was being written is lost, for a reason that is reported.</summary>
    public void LoseWrites(string reason)
    {
        if (!Journal.LoseWrites()) return;
        _report(RunEvent.CheckpointFailed, reason);
        // While training goes on the next checkpoint makes up for it; the last one has none after it.
        if (HasEndedWell) _finalState ??= _earlyEnd?.Copy() ?? Capture();
    }

    /// <summary>
    /// Nobody writes any more, which ends the run: it has failed, also if it had come to its end and what is left of it is not written.
    /// </summary>
    public void AbandonWriting(string error)
    {
        _isWritten = false;
        Fail(error);
        if (HasEndedWell && HasUnwritten) (Outcome, Error) = (RunOutcome.Failed, Shorten(error));
    }

    /// <summary>Ends the run where it is, or, while an evolution is under way, as soon as that is done: its epoch's row is not written twice.</summary>
    public void Stop() => _stopAfterEpoch ??= Schedule.IsUnderWay ? Schedule.Next.Epoch : -1;

    /// <summary>The run cannot go on.</summary>
    public void Fail(string error) => Finish(RunOutcome.Failed, error);

    /// <summary>Where it stands.</summary>
    public RunStatus Status()
    {
        var epoch = Replicas.Round?.CurrentEpoch ?? (Ledger.IsFinished ? _plan.FirstEpoch(Replicas.RoundsDone) : Ledger.CurrentEpoch);
        var tally = _books.TallyOf(epoch);
        return new()
        {
            Phase = Phase,
            Epoch = epoch,
            BatchesDone = Replicas.Round is null ? Ledger.DoneInCurrentEpoch : Replicas.BatchesInEpoch,
            Loss = tally.SampleCount == 0 ? 0 : tally.LossSum / tally.SampleCount,
            Samples = tally.SampleCount,
            BatchesPerEpoch = Ledger.BatchesPerEpoch,
            ModelVersion = Server.ModelVersion,
            Updates = Updates,
            StalenessMean = Server.Staleness.Mean,
            StalenessMax = Server.Staleness.Max,
            Refused = RefusedCount,
            WorkersAlive = Roster.Count,
            WorkersLost = Roster.LostCount,
            Workers = [.. _workers.Values.Where(worker => Roster.Has(worker.Name)).OrderBy(worker => worker.Name, StringComparer.Ordinal)],
            Connections = Server.Network.ConnectionCounts(),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ForgetSnapshot();
        Batches.Dispose();
        Replicas.Dispose();
        Journal.Dispose();
        _finalState?.Dispose();
        _earlyEnd?.Dispose();
        Server.Dispose();
    }

    private void CountWork(string worker, long samples, long staleness)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_workers, worker, out var isKnown);
        known = known.Plus(worker, samples, staleness);
        // A cluster may see workers come and go for days.
        if (isKnown || _workers.Count <= WorkersRemembered) return;
        foreach (var name in _workers.Keys.Where(name => !Roster.Has(name)).ToList()) _workers.Remove(name);
    }

    // The parameters as they are. Whoever wants them until the next update holds the same copy.
    private SharedNetwork Snapshot() => (_snapshot ??= new(Server.Network.Clone())).Retain();

    private void ForgetSnapshot()
    {
        _snapshot?.Dispose();
        _snapshot = null;
    }

    // What is measured, which is taken over, is the average in phase two, else the parameters.
    private void CloseEpoch(int epoch, SharedNetwork? measured)
    {
        var (tally, evolution, seconds, evolveSeconds) = _books.Close(epoch);
        if (Phase == RunPhase.Finished) // one before it diverged
        {
            measured?.Dispose();
            return;
        }
        if (Watch.OfEpoch(epoch, tally) is { } diverged)
        {
            measured?.Dispose();
            EndDiverged(diverged);
            return;
        }
        var counts = Server.Network.ConnectionCounts();
        var metrics = new EpochMetrics
        {
            Epoch = epoch + 1,
            Updates = Updates,
            Phase = (epoch < _plan.PhaseOneEpochs ? RunPhase.PhaseOne : RunPhase.PhaseTwo).Name(),
            Version = Server.ModelVersion,
            LearningRate = LearningRate,
            Loss = tally.LossSum / tally.SampleCount,
            EvaluatedOn = _job.Training.EvaluatedOn,
            ScoreKind = _job.ScoreKind,
            TrainScore = _job.ScoreKind.Of(tally.ScoreSum, tally.ScoreWeight),
            SamplesPerSecond = seconds > 0 ? tally.SampleCount / seconds : 0,
            Connections = counts,
            Density = _job.Spec.Density(counts),
            Pruned = evolution.PrunedCount,
            Grown = evolution.GrownCount,
            LivingNeurons = Server.Network.LivingNeuronCounts(),
            StalenessMean = Server.EpochStaleness.Mean,
            StalenessMax = Server.EpochStaleness.Max,
            RejectedUpdates = RefusedCount,
            WorkersAlive = Roster.Count,
            TrainSeconds = seconds,
            EvolveSeconds = evolveSeconds,
            SampleCount = tally.SampleCount,
        };
        Server.EpochStaleness.Clear();
        var isDue = _isMeasured && _job.Training.IsEvaluationDue(epoch);
        if (!isDue) measured?.Dispose();
        Journal.Add(epoch, metrics, Capture(), isDue ? measured ?? Snapshot() : null);
    }

    private RunState Capture()
    {
        var snapshot = Snapshot();
        var replicas = Replicas.Replicas.Select(replica => replica?.Retain()).ToArray();
        return new()
        {
            Phase = Replicas.Round is not null || Replicas.RoundsDone > 0 ? RunPhase.PhaseTwo : RunPhase.PhaseOne,
            Network = snapshot.Network,
            Shared = [snapshot, .. replicas.OfType<SharedNetwork>()],
            ModelVersion = Server.ModelVersion,
            Ledger = Ledger.Save(),
            EvolvedEpochs = EvolvedEpochs,
            EvolvedUpdates = Schedule.Next.Update,
            Round = Replicas.RoundsDone,
            RoundEpochsDone = Replicas.Round is { } round ? [.. round.EpochsDone] : [],
            Replicas = [.. replicas.Select(replica => replica?.Network)],
            ReplicaTallies = [.. Replicas.Tallies],
            Tallies = new Dictionary<int, TrainingTally>(_books.Tallies),
            Evolutions = new Dictionary<int, Evolution.EvolutionSummary>(_books.Evolutions),
            ReplicaUpdates = Replicas.Updates,
            LearningRate = LearningRate,
            BestScore = Journal.BestScore,
            Validation = Journal.Validation,
            RateScale = Watch.RateScale,
            BestEpochLoss = Watch.BestEpochLoss,
        };
    }

    private void BeginRound()
    {
        if (Replicas.RoundsDone == _plan.Rounds)
        {
            Finish(RunOutcome.Completed, null);
            return;
        }
        Phase = RunPhase.Averaging;
        // A run may also be continued here: its checkpoint is of before the evolution.
        if (!IsEvolved) return;
        Phase = RunPhase.PhaseTwo;
        Replicas.Begin(Ledger.LastTicket);
        var round = Replicas.Round!;
        _report(RunEvent.PhaseBegan,
            $"phase two, round {Replicas.RoundsDone + 1} of {_plan.Rounds}, epochs {round.FirstEpoch + 1} to {round.EndEpoch}");
    }

    private void BeginAveraging()
    {
        Phase = RunPhase.Averaging;
        _report(RunEvent.PhaseBegan, $"averaging, round {Replicas.RoundsDone + 1} of {_plan.Rounds}");
        Replicas.TakeAverage();
        // One replica is its own average.
        if (!_isMeasured || Replicas.Replicas.Count == 1) EndRound(null);
    }

    private void EndRound(int? replicaInstead)
    {
        Ledger.SkipTickets(Replicas.Round!.LastTicket);
        var epoch = Replicas.End(replicaInstead, out var result);
        using (result) Server.Replace(result.Network);
        ForgetSnapshot();
        CloseEpoch(epoch, null);
        if (Phase != RunPhase.Finished) BeginRound();
    }

    private RefusalReason Refuse(string worker, WorkSet work, RefusalReason reason)
    {
        Batches.Pool.Return(work);
        Release(worker);
        RefusedCount++;
        return reason;
    }

    private void CountNotFinite(string text)
    {
        _report(RunEvent.NotFinite, text);
        if (Watch.OfNotFinite(text) is { } diverged) EndDiverged(diverged);
    }

    // The first time whoever started the run begins another life from the last good state; epochs before are still measured and written.
    private void EndDiverged(string error)
    {
        if (Phase != RunPhase.Finished)
        {
            Finish(Watch.Outcome, error);
            return;
        }
        // The run had come to its end before its last epoch was measured.
        if (HasEndedWell) (Outcome, Error) = (Watch.Outcome, Shorten(error));
        _finalState?.Dispose();
        _finalState = null;
    }

    // Epochs are evaluated while training goes on: what it did since the last one that counts does not, however it ended.
    private void EndEarly(RunState state)
    {
        _earlyEnd = state.Copy();
        Journal.Drop();
        _finalState?.Dispose();
        _finalState = null;
        Finish(RunOutcome.Completed, null);
        if (_isWritten) (Outcome, Error) = (RunOutcome.Completed, null);
    }

    private void Finish(RunOutcome outcome, string? error)
    {
        if (Phase == RunPhase.Finished) return;
        Phase = RunPhase.Finished;
        (Outcome, Error) = (outcome, Shorten(error));
        // An evolution that is under way will not be applied any more.
        Schedule.Restart();
    }

    // What a worker said may be in it: it must fit into the message by which all of them are dismissed.
    private static string? Shorten(string? error) => error is { Length: > ErrorLengthMax } ? error[..ErrorLengthMax] : error;
}
