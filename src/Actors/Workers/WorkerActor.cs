using System.Diagnostics.CodeAnalysis;
using ActorSparse.Actors.Messages;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using Akka.Actor;
using Akka.Event;

namespace ActorSparse.Actors;

/// <summary>
/// Computes what the coordinator hands out: in phase one the gradient of a batch or local steps, in phase two an epoch of a replica, one
/// mini-batch per message. It asks, works, answers, and asks again when no answer comes; it knows nothing of the other workers. A failure
/// ends it, and its supervisor starts a fresh one.
/// </summary>
internal sealed partial class WorkerActor : ReceiveActor, IWithTimers
{
    private readonly WorkerSetup _setup;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly KnownTopologies _known = new();
    private ShardGradients? _gradients;
    private ulong _runId;
    private long _requestId;
    private (long Id, TimeSpan At) _requestSeen;
    private WorkSet? _work;
    private LocalHandOut? _local;
    private (IWorkAnswer Order, WorkSet Work)? _next;
    private (PhaseTwo.TrainReplica Order, ReplicaEpoch Epoch, TimeSpan ToldAt)? _replica;

    /// <summary>Creates the worker; see <see cref="Props"/>.</summary>
    public WorkerActor(WorkerSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        _setup = setup;
        Joining();
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private TrainingJob Job => _setup.Job;

    /// <summary>How to make a worker.</summary>
    public static Props Props(WorkerSetup setup) =>
        Akka.Actor.Props.Create(() => new WorkerActor(setup)).WithDispatcher(ProtocolSettings.WorkerDispatcher);

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _gradients = new ShardGradients(Job, _setup.Threads, _setup.BeforeBatch);
        Timers.StartPeriodicTimer(AnswerLate.Instance, AnswerLate.Instance, _setup.Settings.AnswerTimeout);
        Join();
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _work?.Dispose();
        _next?.Work.Dispose();
        _local?.Dispose();
        _gradients?.Dispose();
        _known.Dispose();
    }

    private void Joining()
    {
        Receive<Membership.Joined>(OnJoined);
        Receive<IWorkAnswer>(Drop);
        Receive<AnswerLate>(_ => JoinIfUnanswered());
        ReceiveInAnyPhase();
    }

    private void Waiting()
    {
        Receive<IWorkAnswer>(OnWork);
        Receive<Membership.Joined>(_ => { });
        Receive<AnswerLate>(_ => AskIfUnanswered());
        ReceiveInAnyPhase();
    }

    private void TrainingLocally()
    {
        Receive<ContinueTraining>(OnContinueLocally);
        Receive<IWorkAnswer>(OnNextWork);
        Receive<Membership.Joined>(_ => { });
        Receive<AnswerLate>(_ => { });
        ReceiveInAnyPhase();
    }

    private void TrainingReplica()
    {
        Receive<ContinueTraining>(OnContinueReplica);
        Receive<IWorkAnswer>(Drop);
        Receive<Membership.Joined>(_ => { });
        Receive<AnswerLate>(_ => { });
        ReceiveInAnyPhase();
    }

    private void ReceiveInAnyPhase()
    {
        Receive<Membership.Refused>(OnRefused);
        Receive<Membership.Dismissed>(OnDismissed);
        Receive<ContinueTraining>(_ => { });
    }

    private void Join()
    {
        _setup.Coordinator.Tell(new Membership.Join(_runId, _setup.Name, _setup.Incarnation, Job.ConfigurationHash));
    }

    private void OnJoined(Membership.Joined joined)
    {
        if (!IsForMe(joined)) return;
        _runId = joined.RunId;
        Become(Waiting);
        Ask();
    }

    private void Ask(long heldTicket = 0) => _setup.Coordinator.Tell(new WorkPulling.Request(
        _runId, _setup.Name, _setup.Incarnation, ++_requestId, _known.Ids, heldTicket == 0 ? TakeWork() : null, heldTicket));

    private void OnRefused(Membership.Refused refused)
    {
        if (refused.Worker != _setup.Name || refused.Incarnation != _setup.Incarnation) return;
        _log.Info("refused as {0}: {1}", refused.Reason, refused.Detail);
        switch (refused.Reason)
        {
            case RefusalReason.OtherRun or RefusalReason.UnknownWorker:
                DropNext();
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
    private bool TryTake(IWorkAnswer answer, [NotNullWhen(true)] out WorkSet? work)
    {
        work = null;
        if (!IsForMe(answer) || answer.RunId != _runId || answer.RequestId != _requestId || !answer.Work.TryTake(out work))
        {
            Drop(answer);
            return false;
        }
        if (answer.Refusal != RefusalReason.None) _log.Info("the last result was refused as {0}", answer.Refusal);
        return true;
    }

    private void Drop(IWorkAnswer answer)
    {
        _log.Debug("answer to request {0} dropped: the latest is {1}", answer.RequestId, _requestId);
        if (answer.Work.TryTake(out var work)) work.Dispose();
    }

    private Lease<WorkSet>? TakeWork()
    {
        if (_work is not { } work) return null;
        _work = null;
        return new(work);
    }

    private bool IsAnswerUnderWay => _setup.IsLinkBusy?.Invoke() == true;

    private void JoinIfUnanswered()
    {
        if (!IsAnswerUnderWay) Join();
    }

    // One timer for all requests: one that is still the latest when the timer fires for the second time was not answered. What it fired
    // while a batch was computed comes all at once afterwards. The answer to an earlier request would be dropped: one that is on its way is
    // waited for, however long that takes.
    private void AskIfUnanswered()
    {
        if (_requestSeen.Id != _requestId || IsAnswerUnderWay) _requestSeen = (_requestId, Now);
        else if (Now - _requestSeen.At >= _setup.Settings.AnswerTimeout / 2)
        {
            Ask();
            _requestSeen = (_requestId, Now);
        }
    }

    private bool IsForMe(IToWorker message) => message.Worker == _setup.Name && message.Incarnation == _setup.Incarnation;

    // An answer may be late.
    internal sealed class AnswerLate : INoSerializationVerificationNeeded
    {
        public static readonly AnswerLate Instance = new();
    }
}
