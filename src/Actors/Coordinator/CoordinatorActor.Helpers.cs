using ActorSparse.Actors.Messages;
using ActorSparse.Model.Coordination;
using Akka.Actor;
using Akka.Event;

namespace ActorSparse.Actors;

// What is asked of the topology actor, the evaluator and the checkpoint writer, and what becomes of them.
internal sealed partial class CoordinatorActor
{
    // Each is started anew at once, so many times in a row; a result of its own makes it healthy again.
    private Child Helper(string name, Props? props) => new(
        name, new(new(Settings.HelperRestartsMax, TimeSpan.Zero, TimeSpan.Zero), healthyAfterResults: 1), props is null ? null : _ => props);

    private void ReceiveFromHelpers()
    {
        Receive<TopologyEvolution.Next>(OnNext);
        Receive<TopologyEvolution.Evolved>(OnEvolved);
        Receive<Progress.Evaluated>(OnEvaluated);
        Receive<PhaseTwo.LossMeasured>(OnLossMeasured);
        Receive<Checkpoints.Written>(OnWritten);
    }

    // Nothing gets lost within a process, and a death is seen: an answer may take as long as it does.
    private void AskHelpers()
    {
        var schedule = _run.Schedule;
        if (!IsOver && schedule.TryAsk())
            _topologyActor.Actor.Tell(
                new TopologyEvolution.Standing(RunId, schedule.RequestId, schedule.Next.Epoch, schedule.Next.Update));
        if (_run.TryBeginEvolution(out var evolving, out var snapshot))
            _topologyActor.Actor.Tell(new TopologyEvolution.Evolve(RunId, schedule.RequestId, evolving, new(snapshot)));
        while (_run.Journal.TryBeginEvaluation(out var id, out var epoch, out var network))
            _evaluator.Actor.Tell(new Progress.Evaluate(RunId, id, epoch, new(network)));
        if (_run.Replicas.ToMeasure is { } replica)
        {
            var id = _run.Replicas.MeasurementId = _run.Journal.TakeEvaluationId();
            _evaluator.Actor.Tell(new PhaseTwo.MeasureLoss(RunId, id, _run.Replicas.RoundsDone, new(replica.Retain())));
        }
    }

    private void OnNext(TopologyEvolution.Next next)
    {
        if (next.RunId != RunId || !_run.Schedule.IsAwaited(next.RequestId))
        {
            LogLate(next.RequestId, "calendar");
            return;
        }
        _run.Schedule.Learn(next.Due);
    }

    private void OnEvolved(TopologyEvolution.Evolved evolved)
    {
        var isTaken = evolved.Changes.TryTake(out var changes);
        if (evolved.RunId != RunId || !isTaken || !_run.Schedule.IsAwaited(evolved.RequestId))
        {
            LogLate(evolved.RequestId, "evolution");
            changes?.Dispose();
            return;
        }
        _topologyActor.Lives.Succeed();
        _run.Evolve(changes!, evolved.Seconds, evolved.Due);
    }

    private void OnEvaluated(Progress.Evaluated evaluated)
    {
        var (run, id, epoch, score, loss, seconds, further) = evaluated;
        if (run == RunId && _run.TakeEvaluation(id, epoch, score, loss, seconds, further)) _evaluator.Lives.Succeed();
        else LogLate(evaluated.EvaluationId, "evaluation");
    }

    private void OnLossMeasured(PhaseTwo.LossMeasured measured)
    {
        if (measured.RunId == RunId && _run.TakeLoss(measured.EvaluationId, measured.Loss)) _evaluator.Lives.Succeed();
        else LogLate(measured.EvaluationId, "loss");
    }

    private void OnWritten(Checkpoints.Written written)
    {
        if (written.RunId == RunId && _run.EndWrite(written.CheckpointId, written.Error)) _checkpointWriter.Lives.Succeed();
    }

    // What it was asked and did not answer is asked again.
    private bool TryRestartHelper(IActorRef dead)
    {
        var helper = ((Child[])[_topologyActor, _evaluator, _checkpointWriter]).FirstOrDefault(helper => helper.Actor.Equals(dead));
        if (helper is null) return false;
        if (IsOver && !IsWaitingFor(helper)) return true;
        var isGivenUp = helper.Lives.Die() is null;
        if (!isGivenUp)
        {
            helper.Start(Context);
            Report(RunEvent.HelperRestarted, $"{dead.Path.Name} died and is started anew");
        }
        if (helper == _topologyActor) _run.Schedule.Restart();
        else if (helper == _checkpointWriter) _run.LoseWrites("the checkpoint writer died");
        else if (isGivenUp) _run.AbandonMeasuring();
        else _run.RepeatMeasuring();
        if (!isGivenUp) return true;
        var reason = $"{dead.Path.Name} died {helper.Lives.Failures} times";
        Report(RunEvent.HelperGivenUp, reason);
        if (helper == _checkpointWriter) _run.AbandonWriting(reason);
        else _run.Fail(reason);
        return true;
    }

    private bool IsWaitingFor(Child helper) =>
        (helper == _evaluator && _run.Journal.HasEpochs) || (helper == _checkpointWriter && _run.HasUnwritten);

    private void LogLate(long id, string what) => _log.Info("{0} {1} refused as {2}", what, id, RefusalReason.NotInFlight);
}
