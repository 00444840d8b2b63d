using System.Diagnostics.CodeAnalysis;
using ActorSparse.Actors.Messages;
using ActorSparse.Actors.State;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using Akka.Actor;
using Akka.Event;

namespace ActorSparse.Actors;

// Joining, leaving, dying and being given up.
public sealed partial class CoordinatorActor
{
    private readonly SortedDictionary<string, WorkerEntry> _workers = new(StringComparer.Ordinal);
    private readonly Dictionary<IActorRef, WorkerHealth> _localWorkers = [];
    private readonly Dictionary<string, WorkerHealth> _health = new(StringComparer.Ordinal);
    private int _workersLost;
    private long _refused;

    /// <summary>Workers that take part.</summary>
    internal int WorkerCount => _workers.Count;

    private void StartWorker(WorkerHealth health)
    {
        if (Phase == RunPhase.Finished || _setup.WorkerProps is not { } props) return;
        _health[health.Name] = health;
        health.Results = 0;
        var actor = Context.ActorOf(props(Self, health.Name, health.Incarnation), $"{health.Name}-{health.Incarnation}");
        _localWorkers.Add(actor, health);
        Context.Watch(actor);
    }

    private void OnJoin(Membership.Join join)
    {
        if (join.ConfigurationHash != _job.ConfigurationHash)
        {
            Refuse(join, RefusalReason.OtherConfiguration,
                $"configuration {join.ConfigurationHash:x16}; expected {_job.ConfigurationHash:x16}");
            return;
        }
        if (Phase == RunPhase.Finished)
        {
            if (_isDismissed) Sender.Tell(Dismissal(join.Worker, join.Incarnation));
            return;
        }
        if (_workers.TryGetValue(join.Worker, out var known))
        {
            if (join.Incarnation < known.Incarnation)
            {
                Refuse(join, RefusalReason.OldIncarnation, $"incarnation {known.Incarnation} has joined");
                return;
            }
            if (join.Incarnation == known.Incarnation)
            {
                Sender.Tell(new Membership.Joined(RunId, known.Name, known.Incarnation, known.HomeShard));
                return;
            }
            Forget(known, "a later incarnation joins");
        }
        var worker = new WorkerEntry(join.Worker, join.Incarnation, Sender, FreeHomeShard());
        _workers.Add(worker.Name, worker);
        Context.Watch(Sender);
        Hear(worker);
        SetTimer(new CoordinatorTimer.WorkerSilent(worker.Name, worker.Incarnation), _settings.SilenceTimeout);
        Report(RunEvent.WorkerJoined, $"{worker.Name}, incarnation {worker.Incarnation}, home shard {worker.HomeShard}");
        Sender.Tell(new Membership.Joined(RunId, worker.Name, worker.Incarnation, worker.HomeShard));
        BeginIfReady();
    }

    private void OnLeave(Membership.Leave leave)
    {
        if (!TryFind(leave, out var worker)) return;
        Forget(worker, $"it left: {leave.Reason}");
        ServeParked();
        FailIfAlone();
    }

    private void OnTerminated(Terminated terminated)
    {
        if (TryRestartHelper(terminated.ActorRef)) return;
        var entry = _workers.Values.FirstOrDefault(worker => worker.Actor.Equals(terminated.ActorRef));
        if (entry is not null) Forget(entry, "it died");
        if (_localWorkers.Remove(terminated.ActorRef, out var health)) ScheduleRestart(health);
        ServeParked();
        FailIfAlone();
    }

    private void ScheduleRestart(WorkerHealth health)
    {
        if (Phase == RunPhase.Finished) return;
        health.Incarnation++;
        health.Failures++;
        if (_settings.WorkerRestarts.DelayAfter(health.Failures) is { } delay)
        {
            SetTimer(new CoordinatorTimer.RestartWorker(health), delay);
            return;
        }
        health.IsGivenUp = true;
        Report(RunEvent.WorkerGivenUp, $"{health.Name} died {health.Failures} times in a row; its share of the data goes to the others");
    }

    private void FailIfAlone()
    {
        if (_workers.Count > 0 || _health.Count == 0 || Phase == RunPhase.Finished) return;
        if (_health.Values.All(health => health.IsGivenUp)) Finish(RunOutcome.Failed, "all workers died too often and were given up");
    }

    // Its batch or epoch is open again; its replica in flight is lost with it.
    private void Forget(WorkerEntry worker, string reason)
    {
        _workers.Remove(worker.Name);
        Timers.Cancel(new CoordinatorTimer.WorkerSilent(worker.Name, worker.Incarnation));
        ReleaseWork(worker.Name);
        if (Phase == RunPhase.Finished) return;
        _workersLost++;
        Report(RunEvent.WorkerLost, $"{worker.Name}, incarnation {worker.Incarnation}: {reason}");
    }

    private static void Hear(WorkerEntry worker) => worker.HeardAt = Context.System.Scheduler.MonotonicClock;

    // A timer for each message would cost more than the message: the one that is set looks when the worker was last heard of.
    private void OnWorkerSilent(CoordinatorTimer.WorkerSilent timer)
    {
        if (!_workers.TryGetValue(timer.Worker, out var worker) || worker.Incarnation != timer.Incarnation) return;
        var rest = worker.HeardAt + _settings.SilenceTimeout - Context.System.Scheduler.MonotonicClock;
        if (rest <= TimeSpan.Zero)
        {
            rest = _settings.SilenceTimeout;
            if (ReleaseWork(worker.Name))
            {
                Report(RunEvent.WorkerLost,
                    $"{worker.Name}, incarnation {worker.Incarnation}: it fell silent; its work goes to the next that asks");
                ServeParked();
            }
        }
        SetTimer(timer, rest);
    }

    // What a worker holds is open again. Says whether it held anything.
    private bool ReleaseWork(string worker)
    {
        if (Ledger.Release(worker) || Round?.Release(worker) == true) return true;
        if (_guided?.Release(worker) != true) return false;
        AskToDraw();
        return true;
    }

    private void OnResult(WorkerEntry worker)
    {
        if (!_health.TryGetValue(worker.Name, out var health) || ++health.Results < _settings.WorkerHealthyAfterResults) return;
        health.Failures = 0;
    }

    private int FreeHomeShard()
    {
        var taken = _workers.Values.Select(worker => worker.HomeShard).ToHashSet();
        for (var shard = 0; shard < Ledger.ShardCount; shard++)
            if (!taken.Contains(shard)) return shard;
        return _workers.Count % Ledger.ShardCount;
    }

    private bool TryFind(IFromWorker message, [NotNullWhen(true)] out WorkerEntry? worker)
    {
        worker = null;
        if (message.RunId != RunId) Refuse(message, RefusalReason.OtherRun, $"run {message.RunId:x16}; this is {RunId:x16}");
        else if (!_workers.TryGetValue(message.Worker, out var known) || message.Incarnation > known.Incarnation)
            Refuse(message, RefusalReason.UnknownWorker, "it has not joined");
        else if (message.Incarnation < known.Incarnation)
            Refuse(message, RefusalReason.OldIncarnation, $"incarnation {known.Incarnation} has joined");
        else worker = known;
        if (worker is not null) Hear(worker);
        return worker is not null;
    }

    // A request is admitted once; a repeated one is counted and its replica, if it still has one, is freed.
    private bool TryAdmit(IWorkRequest request, [NotNullWhen(true)] out WorkerEntry? worker)
    {
        if (!TryAdmit(request, out worker, out var work)) return false;
        if (work is not null) _pool.Return(work);
        return true;
    }

    private bool TryAdmit(IWorkRequest request, [NotNullWhen(true)] out WorkerEntry? worker, out WorkSet? work)
    {
        work = null;
        if (!TryFind(request, out worker))
        {
            Discard(request);
            return false;
        }
        if (request.RequestId <= worker.RequestId)
        {
            _refused++;
            _log.Debug("{0}: request {1} refused as {2}", worker.Name, request.RequestId, RefusalReason.Duplicate);
            Discard(request);
            return false;
        }
        worker.RequestId = request.RequestId;
        worker.KnownTopologyIds = request.KnownTopologyIds;
        worker.IsParked = false;
        if (request.Work?.TryTake(out work) == true && !work!.Fits(Server.Network.Spec))
        {
            work.Dispose();
            work = null;
        }
        return true;
    }

    private static void Discard(IWorkRequest request)
    {
        WorkSet? work = null;
        if (request.Work?.TryTake(out work) == true) work!.Dispose();
    }

    private void Refuse(IFromWorker message, RefusalReason reason, string detail)
    {
        _log.Info("{0}, incarnation {1}: {2} refused as {3}: {4}", message.Worker, message.Incarnation, message.GetType().Name, reason,
            detail);
        Sender.Tell(new Membership.Refused(RunId, message.Worker, message.Incarnation, reason, detail));
    }
}
