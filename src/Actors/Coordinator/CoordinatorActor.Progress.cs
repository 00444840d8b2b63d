using ActorSparse.Actors.Messages;
using ActorSparse.Actors.State;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;
using Akka.Actor;
using Akka.Event;

namespace ActorSparse.Actors;

// Epochs that end, evaluations, checkpoints, reports and the end of the run.
public sealed partial class CoordinatorActor
{
    // Each holds a copy of the whole state until it is measured and written: training waits for a slow disk or test set.
    private const int UnreportedEpochsMax = 3;
    private const int ErrorLengthMax = 1000;

    private readonly LinkedList<EpochRecord> _journal = [];
    private readonly HashSet<long> _unwritten = [];
    private double? _bestAccuracy;
    private long _evaluationId;
    private long _checkpointId;
    private long _epochStarted;
    private RunOutcome _outcome;
    private string? _error;
    private RunState? _finalState;
    private bool _isStopping;
    private bool _isConcluded;
    private bool _isDismissed;

    /// <summary>Number of epochs that are over and not yet measured, reported and written.</summary>
    internal int UnreportedEpochs => _journal.Count + _unwritten.Count;

    private void OnEpochClosed(int epoch, Network network)
    {
        _tallies.Remove(epoch, out var tally);
        if (!IsGood(epoch, tally)) return;
        var now = _job.Clock.GetTimestamp();
        var record = new EpochRecord
        {
            Epoch = epoch,
            Tally = tally,
            LearningRate = LearningRate,
            Seconds = _job.Clock.GetElapsedTime(_epochStarted, now).TotalSeconds,
            StalenessMean = Server.EpochStaleness.Mean,
            StalenessMax = Server.EpochStaleness.Max,
            State = Capture(),
            Status = Status(),
            LivingNeurons = Server.Network.LivingNeuronCounts(),
            Evolution = TakeEvolution(epoch),
            EvolveSeconds = _guidedSeconds,
            AwaitsEvolution = EvolvesAfter(epoch),
        };
        _epochStarted = now;
        _guidedSeconds = 0;
        Server.EpochStaleness.Clear();
        _journal.AddLast(record);
        if (_setup.EvaluatorProps is not null && _job.Training.IsEvaluationDue(epoch)) Evaluate(record, network);
        FlushJournal();
    }

    private void Evaluate(EpochRecord record, Network network)
    {
        record.EvaluationId = ++_evaluationId;
        SetTimer(new CoordinatorTimer.EvaluationLate(_evaluationId), _settings.HelperTimeout);
        _evaluator.Tell(new Progress.Evaluate(RunId, _evaluationId, record.Epoch, new(_pool.Rent(network, withVelocities: false))));
    }

    private void OnEvaluated(Progress.Evaluated evaluated)
    {
        var record = _journal.FirstOrDefault(record => record.EvaluationId == evaluated.EvaluationId);
        if (evaluated.RunId != RunId || record is null)
        {
            _log.Info("evaluation {0} refused as {1}", evaluated.EvaluationId, RefusalReason.NotInFlight);
            return;
        }
        _helperFailures = 0;
        if (Divergence.OfTestLoss(evaluated.Loss, evaluated.Epoch) is { } diverged)
        {
            DropFrom(record);
            EndDiverged(diverged);
            return;
        }
        record.EvaluationId = null;
        record.TestAccuracy = evaluated.Accuracy;
        record.TestLoss = evaluated.Loss;
        record.EvaluateSeconds = evaluated.Seconds;
        FlushJournal();
    }

    private void OnEvaluationLate(CoordinatorTimer.EvaluationLate late)
    {
        if (_journal.FirstOrDefault(record => record.EvaluationId == late.EvaluationId) is { } record) RepeatEvaluation(record);
    }

    private void RepeatEvaluations()
    {
        foreach (var record in _journal)
            if (record.EvaluationId is not null) RepeatEvaluation(record);
    }

    private void RepeatEvaluation(EpochRecord record)
    {
        using var average = record.State.AverageReplicas();
        Evaluate(record, average ?? record.State.Network);
    }

    private void AbandonEvaluations()
    {
        foreach (var record in _journal) record.EvaluationId = null;
        FlushJournal();
    }

    // Epochs are reported in their order, each when its evaluation and its evolution are known.
    private void FlushJournal()
    {
        while (_journal.First is { Value: { IsComplete: true } record })
        {
            _journal.RemoveFirst();
            var isBest = record.TestAccuracy is { } accuracy && !(accuracy <= _bestAccuracy);
            if (isBest) _bestAccuracy = record.TestAccuracy;
            var metrics = Metrics(record);
            _setup.Listener.Tell(new Progress.EpochFinished(RunId, metrics));
            Write(record.State with { BestAccuracy = _bestAccuracy }, metrics, isBest);
        }
        ServeParked();
        ConcludeIfDone();
    }

    private EpochMetrics Metrics(EpochRecord record) => new()
    {
        Epoch = record.Epoch + 1,
        Updates = record.Status.Updates,
        Phase = (record.Epoch < _plan.PhaseOneEpochs ? RunPhase.PhaseOne : RunPhase.PhaseTwo).Name(),
        Version = record.Status.ModelVersion,
        LearningRate = record.LearningRate,
        Loss = record.Tally.LossSum / record.Tally.SampleCount,
        TrainAccuracy = (double)record.Tally.CorrectCount / record.Tally.SampleCount,
        TestLoss = record.TestLoss,
        TestAccuracy = record.TestAccuracy,
        BestTestAccuracy = _bestAccuracy,
        SamplesPerSecond = record.Seconds > 0 ? record.Tally.SampleCount / record.Seconds : 0,
        Connections = record.Status.Connections,
        Density = record.State.Network.Spec.Density(record.Status.Connections),
        Pruned = record.Evolution.PrunedCount,
        Grown = record.Evolution.GrownCount,
        LivingNeurons = record.LivingNeurons,
        StalenessMean = record.StalenessMean,
        StalenessMax = record.StalenessMax,
        RejectedUpdates = record.Status.Refused,
        WorkersAlive = record.Status.WorkersAlive,
        TrainSeconds = record.Seconds,
        EvaluateSeconds = record.EvaluateSeconds,
        EvolveSeconds = record.EvolveSeconds,
        SampleCount = record.Tally.SampleCount,
        MissingGrowth = record.Evolution.MissingGrowth,
    };

    private RunState Capture() => new()
    {
        Phase = Round is not null || _round > 0 ? RunPhase.PhaseTwo : RunPhase.PhaseOne,
        Network = Server.Network.Clone(),
        ModelVersion = Server.ModelVersion,
        Ledger = Ledger.Save(),
        EvolvedEpochs = _evolvedEpochs,
        EvolvedUpdates = _guided?.EvolvedUpdates ?? 0,
        Round = _round,
        RoundEpochsDone = Round is null ? [] : [.. Round.EpochsDone],
        Replicas = [.. _replicas.Select(replica => replica?.Clone())],
        ReplicaTallies = [.. _replicaTallies],
        Tallies = new Dictionary<int, TrainingTally>(_tallies),
        Evolutions = new Dictionary<int, EvolutionSummary>(_evolutions),
        ReplicaUpdates = _replicaUpdates,
        LearningRate = LearningRate,
        BestAccuracy = _bestAccuracy,
        RateScale = _rateScale,
        BestEpochLoss = _bestEpochLoss,
    };

    private void Write(RunState state, EpochMetrics? metrics, bool isBest)
    {
        if (_setup.CheckpointProps is null)
        {
            state.Dispose();
            return;
        }
        _unwritten.Add(++_checkpointId);
        _checkpointWriter.Tell(new Checkpoints.Write(RunId, _checkpointId, metrics, isBest, new(state)));
    }

    private void OnWritten(Checkpoints.Written written)
    {
        if (written.RunId != RunId || !_unwritten.Remove(written.CheckpointId)) return;
        if (written.Error is { } error) Report(RunEvent.CheckpointFailed, error);
        else _helperFailures = 0;
        ServeParked();
        ConcludeIfDone();
    }

    private void OnCheckpointLost(string reason, bool mayRepeat)
    {
        if (_unwritten.Count > 0)
        {
            Report(RunEvent.CheckpointFailed, reason);
            // While training goes on the next checkpoint makes up for it; the last one has none after it.
            if (mayRepeat && Phase == RunPhase.Finished && _outcome is RunOutcome.Completed or RunOutcome.Stopped) _finalState ??= Capture();
        }
        _unwritten.Clear();
        ServeParked();
        ConcludeIfDone();
    }

    private void StopRun()
    {
        if (Phase == RunPhase.Finished) return;
        // What an evolution did belongs to the epoch before it, whose row is not written twice.
        _isStopping = _isEvolving;
        if (_isStopping) return;
        _finalState = Capture();
        Finish(RunOutcome.Stopped, null);
    }

    private void Finish(RunOutcome outcome, string? error)
    {
        if (Phase == RunPhase.Finished) return;
        Become(Finished);
        (_outcome, _error) = (outcome, Shorten(error));
        if (outcome is RunOutcome.Stopped or RunOutcome.Failed) DismissWorkers();
        // An evolution that is under way will not be applied any more; resuming asks for it again.
        _isEvolving = false;
        _guided?.Abandon();
        foreach (var record in _journal) record.AwaitsEvolution = false;
        FlushJournal();
    }

    // What a worker said may be in it: it must fit into the message by which all of them are dismissed.
    private static string? Shorten(string? error) => error is { Length: > ErrorLengthMax } ? error[..ErrorLengthMax] : error;

    // Those of a run that goes on in another life are not dismissed. The last epoch of one that comes to its end may still diverge.
    private void DismissWorkers()
    {
        if (_isDismissed || _outcome == RunOutcome.Diverged) return;
        _isDismissed = true;
        foreach (var worker in _workers.Values) worker.Actor.Tell(Dismissal(worker.Name, worker.Incarnation));
    }

    private Membership.Dismissed Dismissal(string worker, long incarnation) => new(RunId, worker, incarnation, _outcome, _error);

    private void Finished()
    {
        Phase = RunPhase.Finished;
        Receive<IWorkRequest>(request =>
        {
            Discard(request);
            if (_isDismissed) Sender.Tell(Dismissal(request.Worker, request.Incarnation));
        });
        ReceiveInAnyPhase();
    }

    private void ConcludeIfDone()
    {
        if (Phase != RunPhase.Finished || _isConcluded || _journal.Count > 0) return;
        if (_finalState is { } state)
        {
            _finalState = null;
            Write(state with { BestAccuracy = _bestAccuracy }, metrics: null, isBest: false);
        }
        if (_unwritten.Count > 0) return;
        _isConcluded = true;
        DismissWorkers();
        _setup.Listener.Tell(new Progress.Finished(RunId, _outcome, _error, Status(), new(WorkSet.For(Server.Network))));
    }

    private bool IsWaitingFor(IActorRef helper) =>
        (helper.Equals(_evaluator) && _journal.Count > 0)
        || (helper.Equals(_checkpointWriter) && (_unwritten.Count > 0 || _finalState is not null));

    private void ReportStatus()
    {
        if (_isStarted && !_isConcluded) _setup.Listener.Tell(new Progress.Running(RunId, Status()));
    }

    private RunStatus Status()
    {
        var epoch = Round?.CurrentEpoch ?? (Ledger.IsFinished ? _plan.FirstEpoch(_round) : Ledger.CurrentEpoch);
        return Status(epoch, _tallies.GetValueOrDefault(epoch));
    }

    private RunStatus Status(int epoch, TrainingTally tally) => new()
    {
        Phase = Phase,
        Epoch = epoch,
        BatchesDone = Round is null ? Ledger.DoneInCurrentEpoch : _replicaBatches,
        Loss = tally.SampleCount == 0 ? 0 : tally.LossSum / tally.SampleCount,
        Samples = tally.SampleCount,
        BatchesPerEpoch = Ledger.BatchesPerEpoch,
        ModelVersion = Server.ModelVersion,
        Updates = Server.ModelVersion - _round + _replicaUpdates,
        StalenessMean = Server.Staleness.Mean,
        StalenessMax = Server.Staleness.Max,
        Refused = _refused,
        WorkersAlive = _workers.Count,
        WorkersLost = _workersLost,
        Connections = ConnectionCounts(),
    };

    private int[] ConnectionCounts() => [.. Server.Network.Layers.Select(layer => layer.Topology.ConnectionCount)];
}
