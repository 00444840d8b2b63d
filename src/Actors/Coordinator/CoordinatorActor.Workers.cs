using System.Diagnostics.CodeAnalysis;
using ActorSparse.Actors.Messages;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using Akka.Actor;
using Akka.Event;

namespace ActorSparse.Actors;

// Workers: who takes part, what they bring, what they get.
internal sealed partial class CoordinatorActor
{
    private void ReceiveFromWorkers()
    {
        Receive<Membership.Join>(OnJoin);
        Receive<Membership.Leave>(leave =>
        {
            if (!TryFind(leave, out var worker)) return;
            Forget(worker, $"it left: {leave.Reason}");
            FailIfAlone();
        });
        Receive<Membership.Transferring>(signal =>
        {
            if (_roster.Find(signal.Worker, signal.Incarnation, out var worker) == RefusalReason.None) Hear(worker!);
        });
        Receive<PhaseOne.GradientPush>(OnGradient);
        Receive<PhaseTwo.ReplicaTrained>(OnReplica);
        Receive<PhaseTwo.StillTraining>(signal =>
        {
            if (TryFind(signal, out var worker)) _run.Replicas.Hear(worker.Name, signal.Ticket, signal.Batches);
        });
        Receive<WorkPulling.Diverged>(diverged =>
        {
            if (!TryAdmit(diverged, out var worker, out var work)) return;
            if (work is not null) _run.Batches.Pool.Return(work);
            worker.Park(_run.TakeDiverged(worker.Name, diverged.Ticket, diverged.Detail)
                ? RefusalReason.NotFinite : RefusalReason.NotInFlight);
        });
        Receive<WorkPulling.Request>(request =>
        {
            if (!TryAdmit(request, out var worker, out var work)) return;
            if (work is not null) _run.Batches.Pool.Return(work);
            _run.Release(worker.Name, request.HeldTicket);
            worker.Park(RefusalReason.None);
        });
        Receive<CoordinatorTimer.RestartWorker>(restart =>
        {
            if (!IsOver) _localWorkers[restart.Name].Start(Context);
        });
        Receive<CoordinatorTimer.WorkerSilent>(OnWorkerSilent);
    }

    // With local steps a worker has asked for more before it brings what came of the last hand-out.
    private void OnGradient(PhaseOne.GradientPush push)
    {
        if (!TryFindFor(push, out var worker, out var work)) return;
        var asks = worker.TryTakeRequest(push.RequestId, push.KnownTopologyIds);
        NetworkEvolution? evolution = null;
        push.Evolution?.TryTake(out evolution);
        var refusal = RefusalReason.NotInFlight;
        if (work is not null)
            refusal = _run.Take(worker.Name, new BatchAnswer(
                push.Ticket, push.ModelVersion, push.Tally, work, evolution, push.EvolveSeconds, push.Seconds));
        else RefuseEmpty(evolution);
        OnResult(worker, refusal, asks);
    }

    private void OnReplica(PhaseTwo.ReplicaTrained trained)
    {
        if (!TryAdmit(trained, out var worker, out var work)) return;
        var refusal = RefusalReason.NotInFlight;
        if (work is not null)
            refusal = _run.Take(worker.Name, new ReplicaAnswer(
                trained.Ticket, trained.Round, trained.Tally, trained.LearningRate, trained.Evolution, work));
        else RefuseEmpty(null);
        OnResult(worker, refusal, asks: true);
    }

    private void OnResult(RosterEntry<IActorRef> worker, RefusalReason refusal, bool asks)
    {
        if (refusal != RefusalReason.None) _log.Info("{0}: a result refused as {1}", worker.Name, refusal);
        else if (_localWorkers.TryGetValue(worker.Name, out var local)) local.Lives.Succeed();
        if (!asks) return;
        // Whoever asks with a result holds nothing else.
        if (refusal != RefusalReason.None) _run.Release(worker.Name);
        worker.Park(refusal);
    }

    // Its message came twice, or is of another network.
    private void RefuseEmpty(NetworkEvolution? evolution)
    {
        evolution?.Dispose();
        _run.CountRefused();
    }

    // The work goes back to its worker, whatever became of the last one: batches in phase one, a replica in phase two, or nothing for now.
    private void ServeParked()
    {
        // Without an enumerator: this comes with every message.
        for (var index = 0; index < _roster.Count; index++)
        {
            var worker = _roster.Workers[index];
            if (worker.IsParked && (TryServe(worker) || (TryTakeFromSilent(worker) && TryServe(worker)))) worker.Unpark();
        }
    }

    private bool TryServe(RosterEntry<IActorRef> worker)
    {
        if (_run.TryAssign(worker.Name, worker.HomeShard, out BatchOrder batch))
            worker.Address.Tell(new PhaseOne.Parameters(
                RunId, worker.Name, worker.Incarnation, worker.RequestId, _run.Server.ModelVersion, batch.Assignment, batch.Evolves,
                worker.ParkedRefusal, worker.KnownTopologyIds, new(batch.Work), batch.LocalSteps));
        else if (_run.TryAssign(worker.Name, worker.HomeShard, out ReplicaOrder replica))
            worker.Address.Tell(new PhaseTwo.TrainReplica(
                RunId, worker.Name, worker.Incarnation, worker.RequestId, _run.Server.ModelVersion, replica.Round, replica.Assignment,
                _run.Watch.RateScale, worker.ParkedRefusal, worker.KnownTopologyIds, new(replica.Work)));
        else return false;
        return true;
    }

    // Only for somebody who has nothing: what a worker is slow with is done sooner by itself than by one that begins anew.
    private bool TryTakeFromSilent(RosterEntry<IActorRef> idle)
    {
        foreach (var worker in _roster.Workers)
        {
            if (!worker.IsSilent || !_run.TryTakeAway(worker.Name, idle.Name)) continue;
            _log.Info("{0} gets what {1} has been silent about", idle.Name, worker.Name);
            return true;
        }
        return false;
    }

    private void AddLocalWorker(string name)
    {
        if (_setup.WorkerProps is not { } props) return;
        var worker = new Child(
            name, new(Settings.WorkerRestarts, Settings.WorkerHealthyAfterResults), incarnation => props(Self, name, incarnation));
        _localWorkers.Add(name, worker);
        worker.Start(Context);
    }

    private void OnJoin(Membership.Join join)
    {
        var hash = _setup.Job.ConfigurationHash;
        if (join.ConfigurationHash != hash)
        {
            Refuse(join, RefusalReason.OtherConfiguration, $"configuration {join.ConfigurationHash:x16}; expected {hash:x16}");
            return;
        }
        if (IsOver)
        {
            if (_isDismissed) Sender.Tell(Dismissal(join.Worker, join.Incarnation));
            return;
        }
        if (_roster.JudgeJoining(join.Worker, join.Incarnation, Sender, out var detail) is var refusal and not RefusalReason.None)
        {
            Refuse(join, refusal, detail);
            return;
        }
        var worker = _roster.Find(join.Worker);
        if (worker is not null && join.Incarnation > worker.Incarnation)
        {
            Forget(worker, "a later incarnation joins");
            worker = null;
        }
        worker ??= Add(join);
        Sender.Tell(new Membership.Joined(RunId, worker.Name, worker.Incarnation, worker.HomeShard));
    }

    private RosterEntry<IActorRef> Add(Membership.Join join)
    {
        var worker = _roster.Add(join.Worker, join.Incarnation, Sender);
        Context.Watch(Sender);
        Hear(worker);
        SetTimer(SilenceOf(worker), Settings.SilenceTimeout);
        Report(RunEvent.WorkerJoined, $"{worker.Name}, incarnation {worker.Incarnation}, home shard {worker.HomeShard}");
        return worker;
    }

    private void OnTerminated(Terminated terminated)
    {
        var dead = terminated.ActorRef;
        if (TryRestartHelper(dead)) return;
        if (_roster.TryFind(dead, out var worker)) Forget(worker, "it died");
        if (!IsOver && _localWorkers.Values.FirstOrDefault(child => child.Actor.Equals(dead)) is { } local) ScheduleRestart(local);
        FailIfAlone();
    }

    private void ScheduleRestart(Child worker)
    {
        if (worker.Lives.Die() is { } delay) SetTimer(new CoordinatorTimer.RestartWorker(worker.Name), delay);
        else
            Report(RunEvent.WorkerGivenUp,
                $"{worker.Name} died {worker.Lives.Failures} times in a row; its share of the data goes to the others");
    }

    private void FailIfAlone()
    {
        if (_roster.Count == 0 && _localWorkers.Count > 0 && _localWorkers.Values.All(worker => worker.Lives.IsGivenUp))
            _run.Fail("all workers died too often and were given up");
    }

    // Its batch or epoch is open again; its replica in flight is lost with it.
    private void Forget(RosterEntry<IActorRef> worker, string reason)
    {
        _roster.Remove(worker);
        Timers.Cancel(SilenceOf(worker));
        _run.Release(worker.Name);
        if (IsOver) return;
        _roster.CountLost();
        Report(RunEvent.WorkerLost, $"{worker.Name}, incarnation {worker.Incarnation}: {reason}");
    }

    private static CoordinatorTimer.WorkerSilent SilenceOf(RosterEntry<IActorRef> worker) => new(worker.Name, worker.Incarnation);

    private static void Hear(RosterEntry<IActorRef> worker) => worker.Hear(Context.System.Scheduler.MonotonicClock);

    // A timer for each message would cost more than the message: the one that is set looks when the worker was last heard of.
    private void OnWorkerSilent(CoordinatorTimer.WorkerSilent timer)
    {
        if (_roster.Find(timer.Worker, timer.Incarnation, out var worker) != RefusalReason.None) return;
        var wasSilent = worker!.IsSilent;
        var rest = worker.Await(Context.System.Scheduler.MonotonicClock, Settings.SilenceTimeout);
        if (worker.IsSilent && !wasSilent && _run.IsBusy(worker.Name))
            Report(RunEvent.WorkerLost,
                $"{worker.Name}, incarnation {worker.Incarnation}: it fell silent; its work goes to the next that has none");
        SetTimer(timer, worker.IsSilent ? Settings.SilenceTimeout : rest);
    }

    // Those of a run that goes on in another life are not dismissed. The last epoch of one that comes to its end may still diverge.
    private void DismissWorkers()
    {
        if (_isDismissed || _run.Outcome == RunOutcome.Diverged) return;
        _isDismissed = true;
        foreach (var worker in _roster.Workers) worker.Address.Tell(Dismissal(worker.Name, worker.Incarnation));
    }

    private Membership.Dismissed Dismissal(string worker, long incarnation) =>
        new(RunId, worker, incarnation, _run.Outcome!.Value, _run.Error);

    private bool TryFind(IFromWorker message, [NotNullWhen(true)] out RosterEntry<IActorRef>? worker)
    {
        worker = null;
        if (message.RunId != RunId) Refuse(message, RefusalReason.OtherRun, $"run {message.RunId:x16}; this is {RunId:x16}");
        else if (_roster.Find(message.Worker, message.Incarnation, out worker) is var refusal and not RefusalReason.None)
            Refuse(message, refusal, refusal == RefusalReason.UnknownWorker ? "it has not joined" : "a later life of it has joined");
        if (worker is not null) Hear(worker);
        return worker is not null;
    }

    // A request is admitted once; a repeated one is counted and its replica, if it still has one, is freed.
    private bool TryAdmit(IWorkRequest request, [NotNullWhen(true)] out RosterEntry<IActorRef>? worker, out WorkSet? work)
    {
        if (!TryFindFor(request, out worker, out work)) return false;
        if (worker.TryTakeRequest(request.RequestId, request.KnownTopologyIds)) return true;
        _run.CountRefused();
        work?.Dispose();
        return false;
    }

    // What is of another network is freed as well.
    private bool TryFindFor(IWorkRequest request, [NotNullWhen(true)] out RosterEntry<IActorRef>? worker, out WorkSet? work)
    {
        (worker, work) = (null, null);
        request.Work?.TryTake(out work);
        if (!IsOver) TryFind(request, out worker);
        else if (_isDismissed) Sender.Tell(Dismissal(request.Worker, request.Incarnation));
        if (worker is not null && work?.Fits(_setup.Job.Spec) != false) return true;
        work?.Dispose();
        work = null;
        return worker is not null;
    }

    private void Refuse(IFromWorker message, RefusalReason reason, string detail)
    {
        _log.Info("{0}, incarnation {1}: {2} refused as {3}: {4}", message.Worker, message.Incarnation, message.GetType().Name, reason,
            detail);
        Sender.Tell(new Membership.Refused(RunId, message.Worker, message.Incarnation, reason, detail));
    }
}
