using System.Globalization;
using ActorSparse.Actors.Messages;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using Akka.Actor;
using Akka.Event;

namespace ActorSparse.Actors;

// The end of a round: the average of its replicas is computed, measured, taken or not, and evolves before the next round.
public sealed partial class CoordinatorActor
{
    // Measured on training samples: of the average and, if they are asked for, of the replicas in their order.
    private readonly List<double> _losses = [];
    private Network? _average;
    private long? _measurementId;

    private void BeginAveraging()
    {
        Become(InAveraging);
        Report(RunEvent.PhaseBegan, $"averaging, round {_round + 1} of {_plan.Rounds}");
        Self.Tell(AverageRound.Instance);
    }

    private void InAveraging()
    {
        Phase = RunPhase.Averaging;
        Receive<AverageRound>(_ => Average());
        Receive<IWorkRequest>(request =>
        {
            if (TryAdmit(request, out var worker))
                Park(worker, request is WorkPulling.Request ? RefusalReason.None : RefusalReason.OtherPhase);
        });
        ReceiveInAnyPhase();
    }

    private void Average()
    {
        _average = RunState.Average(_replicas);
        // One replica is its own average.
        if (_setup.EvaluatorProps is null || _replicas.Length == 1) EndRound(_average);
        else MeasureNext();
    }

    // Asks, or asks again, for what is to be measured next, if anything is.
    private void MeasureNext()
    {
        if (Phase != RunPhase.Averaging || _average is null) return;
        var network = _losses.Count == 0 ? _average : _replicas[_losses.Count - 1]!;
        var id = ++_evaluationId;
        _measurementId = id;
        SetTimer(new CoordinatorTimer.LossLate(id), _settings.HelperTimeout);
        _evaluator.Tell(new PhaseTwo.MeasureLoss(RunId, id, _round, new(_pool.Rent(network, withVelocities: false))));
    }

    private void OnLossLate(CoordinatorTimer.LossLate late)
    {
        if (late.EvaluationId == _measurementId) MeasureNext();
    }

    private void OnLossMeasured(PhaseTwo.LossMeasured measured)
    {
        if (measured.RunId != RunId || measured.EvaluationId != _measurementId || Phase != RunPhase.Averaging || _average is null)
        {
            _log.Info("loss {0} refused as {1}", measured.EvaluationId, RefusalReason.NotInFlight);
            return;
        }
        _helperFailures = 0;
        _losses.Add(measured.Loss);
        // The losses of training are there anyway, but are each of one shard, which its replica may know by heart: they can clear an
        // average and not condemn it.
        var isSuspect = _losses.Count > 1 || !AverageVerdict.Of(measured.Loss, _replicaTallies).IsTaken;
        if (!isSuspect) EndRound(_average);
        else if (_losses.Count <= _replicas.Length) MeasureNext();
        else Judge(_average);
    }

    private void Judge(Network average)
    {
        var verdict = AverageVerdict.Of(_losses[0], _losses[1..]);
        if (verdict.IsTaken)
        {
            EndRound(average);
            return;
        }
        Report(RunEvent.AverageRejected, string.Create(CultureInfo.InvariantCulture,
            $"round {_round + 1} of {_plan.Rounds}: the average has loss {verdict.AverageLoss:0.0000} on training samples, its replicas "
            + $"{verdict.ReplicaLoss:0.0000}; training goes on from that of shard {verdict.BestShard} with {verdict.BestLoss:0.0000}"));
        EndRound(_replicas[verdict.BestShard]!);
    }

    // Nobody is there to measure it any more.
    private void TakeUnmeasuredAverage()
    {
        if (Phase == RunPhase.Averaging && _average is not null) EndRound(_average);
    }

    private void EndRound(Network result)
    {
        var epoch = Round!.EndEpoch - 1;
        _notFiniteInEpoch = 0;
        Server.Replace(result);
        _average?.Dispose();
        _average = null;
        _losses.Clear();
        _measurementId = null;
        foreach (var replica in _replicas) replica?.Dispose();
        _replicas = [];
        _replicaTallies = [];
        Ledger.SkipTickets(Round.LastTicket);
        Round = null;
        _round++;
        OnEpochClosed(epoch, Server.Network);
        BeginRound();
    }

    // A run may also be continued here: its checkpoint is of before the evolution.
    private bool IsAverageToEvolve()
    {
        if (_evolvedEpochs >= _plan.FirstEpoch(_round)) return false;
        Become(InAveraging);
        EvolveNext();
        return _evolvedEpochs < _plan.FirstEpoch(_round);
    }
}
