using ActorSparse.Actors.Messages;
using ActorSparse.Model;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using Akka.Actor;
using Akka.Event;

namespace ActorSparse.Actors;

/// <summary>
/// Computes what the coordinator hands out: in phase one the gradient of a batch, in phase two an epoch of a replica, one mini-batch per
/// message. It asks, works, answers, and asks again when no answer comes; it knows nothing of the other workers. A failure ends it, and its
/// supervisor starts a fresh one.
/// </summary>
public sealed class WorkerActor : ReceiveActor, IWithTimers
{
    private readonly WorkerSetup _setup;
    private readonly TrainingJob _job;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private ShardGradients? _gradients;
    private ulong _runId;
    private long _requestId;
    private long _requestSeen;
    private ulong[] _knownTopologyIds = [];
    private WorkSet? _work;
    private PhaseTwo.TrainReplica? _order;
    private ReplicaEpoch? _replica;

    /// <summary>Creates the worker; see <see cref="Props"/>.</summary>
    public WorkerActor(WorkerSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        _setup = setup;
        _job = setup.Job;
        Joining();
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to make a worker.</summary>
    public static Props Props(WorkerSetup setup) =>
        Akka.Actor.Props.Create(() => new WorkerActor(setup)).WithDispatcher(ProtocolSettings.WorkerDispatcher);

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _gradients = new ShardGradients(_job, _setup.Threads, _setup.BeforeBatch);
        Timers.StartPeriodicTimer(AnswerLate.Instance, AnswerLate.Instance, _setup.Settings.AnswerTimeout);
        Join();
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _work?.Dispose();
        _gradients?.Dispose();
    }

    private void Joining()
    {
        Receive<Membership.Joined>(OnJoined);
        Receive<IWorkAnswer>(Drop);
        Receive<AnswerLate>(_ => Join());
        ReceiveInAnyPhase();
    }

    private void Waiting()
    {
        Receive<PhaseOne.Parameters>(OnParameters);
        Receive<PhaseTwo.TrainReplica>(OnTrainReplica);
        Receive<Membership.Joined>(_ => { });
        Receive<AnswerLate>(_ => AskIfUnanswered());
        ReceiveInAnyPhase();
    }

    private void TrainingReplica()
    {
        Receive<ContinueReplica>(OnContinueReplica);
        Receive<IWorkAnswer>(Drop);
        Receive<Membership.Joined>(_ => { });
        Receive<AnswerLate>(_ => { });
        ReceiveInAnyPhase();
    }

    private void ReceiveInAnyPhase()
    {
        Receive<Membership.Refused>(OnRefused);
        Receive<Membership.Dismissed>(OnDismissed);
        Receive<ContinueReplica>(_ => { });
    }

    private void Join()
    {
        _setup.Coordinator.Tell(new Membership.Join(_runId, _setup.Name, _setup.Incarnation, _job.ConfigurationHash));
    }

    private void OnJoined(Membership.Joined joined)
    {
        if (!IsForMe(joined)) return;
        _runId = joined.RunId;
        Become(Waiting);
        Ask();
    }

    private void Ask()
    {
        _setup.Coordinator.Tell(
            new WorkPulling.Request(_runId, _setup.Name, _setup.Incarnation, ++_requestId, _knownTopologyIds, TakeWork()));
    }

    private void OnParameters(PhaseOne.Parameters parameters)
    {
        if (!TryTake(parameters)) return;
        var assignment = parameters.Assignment;
        try
        {
            var result = _gradients!.Gradient(
                _work!.Replica, assignment.Shard, assignment.Epoch, assignment.Batch, _work.Gradients);
            var started = _job.Clock.GetTimestamp();
            var evolution = parameters.Evolves ? Evolve(parameters.ModelVersion) : null;
            var seconds = evolution is null ? 0 : _job.Clock.GetElapsedTime(started).TotalSeconds;
            _setup.Coordinator.Tell(new PhaseOne.GradientPush(
                _runId, _setup.Name, _setup.Incarnation, ++_requestId, assignment.Ticket, parameters.ModelVersion, result,
                _knownTopologyIds, TakeWork()!, evolution is null ? null : new(evolution), seconds));
        }
        catch (TrainingDivergedException diverged)
        {
            SendDiverged(assignment.Ticket, diverged.Message);
        }
    }

    // Where the batch and its gradients are. The replica keeps its topologies: the coordinator applies the changes.
    private NetworkEvolution Evolve(long update) => _job.Training.Rule.Evolve(
        _job.Snapshot(_work!.Replica, update) with { Evidence = _gradients!.Evidence(update) });

    private void OnTrainReplica(PhaseTwo.TrainReplica order)
    {
        if (!TryTake(order)) return;
        _order = order;
        _replica = new(order.Assignment, order.RateScale, _job, _gradients!, _work!);
        Become(TrainingReplica);
        Self.Tell(new ContinueReplica(order.Assignment.Ticket));
    }

    private void OnContinueReplica(ContinueReplica next)
    {
        var replica = _replica!;
        if (next.Ticket != replica.Assignment.Ticket) return;
        try
        {
            replica.TrainBatch();
        }
        catch (TrainingDivergedException diverged)
        {
            Become(Waiting);
            SendDiverged(next.Ticket, diverged.Message);
            return;
        }
        if (replica.Tally.Batches % _setup.Settings.SignOfLifeBatches == 0 || replica.IsFinished)
            _setup.Coordinator.Tell(
                new PhaseTwo.StillTraining(_runId, _setup.Name, _setup.Incarnation, next.Ticket, replica.TakeUnreported()));
        if (!replica.IsFinished)
        {
            Self.Tell(next);
            return;
        }
        RememberTopologies();
        Become(Waiting);
        _setup.Coordinator.Tell(new PhaseTwo.ReplicaTrained(
            _runId, _setup.Name, _setup.Incarnation, ++_requestId, next.Ticket, _order!.ModelVersion, _order.Round,
            replica.Tally, replica.LearningRate,
            replica.Evolution, _knownTopologyIds, TakeWork()!));
        _replica = null;
    }

    private void SendDiverged(long ticket, string detail) => _setup.Coordinator.Tell(new WorkPulling.Diverged(
        _runId, _setup.Name, _setup.Incarnation, ++_requestId, ticket, detail, _knownTopologyIds, TakeWork()!));

    private void OnRefused(Membership.Refused refused)
    {
        if (refused.Worker != _setup.Name || refused.Incarnation != _setup.Incarnation) return;
        _log.Info("refused as {0}: {1}", refused.Reason, refused.Detail);
        switch (refused.Reason)
        {
            case RefusalReason.OtherRun or RefusalReason.UnknownWorker:
                _replica = null;
                Become(Joining);
                Join();
                break;
            default:
                Context.Stop(Self);
                break;
        }
    }

    private void OnDismissed(Membership.Dismissed dismissed)
    {
        if (IsForMe(dismissed)) Context.Stop(Self);
    }

    // An answer counts once, and only for the latest request.
    private bool TryTake(IWorkAnswer answer)
    {
        if (!IsForMe(answer) || answer.RunId != _runId || answer.RequestId != _requestId || !answer.Work.TryTake(out var work))
        {
            Drop(answer);
            return false;
        }
        if (answer.Refusal != RefusalReason.None) _log.Info("the last result was refused as {0}", answer.Refusal);
        _work?.Dispose();
        _work = work;
        RememberTopologies();
        return true;
    }

    private void Drop(IWorkAnswer answer)
    {
        _log.Debug("answer to request {0} dropped: the latest is {1}", answer.RequestId, _requestId);
        if (answer.Work.TryTake(out var work)) work.Dispose();
    }

    private void RememberTopologies()
    {
        var layers = _work!.Replica.Layers;
        if (_knownTopologyIds.Length == layers.Count)
        {
            var layer = 0;
            while (layer < layers.Count && layers[layer].Topology.Id == _knownTopologyIds[layer]) layer++;
            if (layer == layers.Count) return;
        }
        // A new array: messages under way hold the old one.
        _knownTopologyIds = [.. layers.Select(layer => layer.Topology.Id)];
    }

    private Lease<WorkSet>? TakeWork()
    {
        if (_work is not { } work) return null;
        _work = null;
        return new(work);
    }

    // One timer for all requests: one that is still the latest when the timer fires for the second time was not answered.
    private void AskIfUnanswered()
    {
        if (_requestSeen == _requestId) Ask();
        _requestSeen = _requestId;
    }

    private bool IsForMe(IToWorker message) => message.Worker == _setup.Name && message.Incarnation == _setup.Incarnation;
}
