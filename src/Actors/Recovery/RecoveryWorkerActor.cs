using ActorSparse.Actors.Messages;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Recovery;
using Akka.Actor;
using Akka.Event;

namespace ActorSparse.Actors.Recovery;

/// <summary>
/// Sums shares of the samples, one for each order. It keeps gates and residuals of the shares it has had; a failure ends it, and its
/// supervisor starts a fresh one, which needs nothing but the next order. While it hears nothing it joins again: an order or an answer may
/// have been lost, and done twice it does no harm.
/// </summary>
internal sealed class RecoveryWorkerActor : ReceiveActor, IWithTimers
{
    // One is its own, others those of lost workers, and of small batches each has its own.
    private const int SharesMax = 64;

    private readonly RecoveryWorkerSetup _setup;
    private readonly ThreadTeam _team;
    private readonly Dictionary<(int First, int End), SampleSums> _shares = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private (SampleSource Source, RecoveryData Data)? _samples;
    private bool _hasHeard;

    /// <summary>Creates the worker; see <see cref="Props"/>.</summary>
    public RecoveryWorkerActor(RecoveryWorkerSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        (_setup, _team) = (setup, new(setup.Threads));
        Receive<IToWorker>(_ => { }, message => message.Worker != setup.Name || message.Incarnation != setup.Incarnation);
        Receive<RecoverySums.Compute>(OnCompute);
        Receive<Membership.Joined>(_ => { });
        Receive<Membership.Refused>(OnRefused);
        Receive<Membership.Dismissed>(_ => Context.Stop(Self));
        Receive<AnswerLate>(_ => OnLate());
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to make a worker.</summary>
    public static Props Props(RecoveryWorkerSetup setup) =>
        Akka.Actor.Props.Create(() => new RecoveryWorkerActor(setup)).WithDispatcher(ProtocolSettings.WorkerDispatcher);

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(AnswerLate.Instance, AnswerLate.Instance, _setup.AnswerTimeout);
        Join();
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        Leave();
        _team.Dispose();
    }

    private void Join() => _setup.Coordinator.Tell(new Membership.Join(0, _setup.Name, _setup.Incarnation, 0));

    private void OnLate()
    {
        if (!_hasHeard && _setup.IsLinkBusy?.Invoke() != true) Join();
        _hasHeard = false;
    }

    private void OnCompute(RecoverySums.Compute compute)
    {
        var order = compute.Order;
        if (_samples?.Source.IsSame(compute.Samples) != true)
        {
            Leave();
            _samples = (compute.Samples, _setup.Samples.Take(compute.Samples));
        }
        var data = _samples!.Value.Data;
        order.CheckFits(data);
        var nodes = SumsOf(data, order.FirstChunk, order.EndChunk).ComputeNodes(order.Request, order.FirstChunk, order.EndChunk);
        Sender.Tell(new RecoverySums.Computed(compute.RunId, _setup.Name, _setup.Incarnation, order.Ticket, order.Share, nodes));
        // What came meanwhile waits in the mailbox, behind a timer perhaps.
        _hasHeard = true;
    }

    private SampleSums SumsOf(RecoveryData data, int first, int end)
    {
        if (_shares.TryGetValue((first, end), out var sums)) return sums;
        if (_shares.Count == SharesMax) Forget();
        return _shares[(first, end)] = new(data, _team, first, end);
    }

    private void OnRefused(Membership.Refused refused)
    {
        _log.Info("refused as {0}: {1}", refused.Reason, refused.Detail);
        if (refused.Reason == RefusalReason.UnknownWorker) Join();
        else Context.Stop(Self);
    }

    private void Forget()
    {
        foreach (var share in _shares.Values) share.Dispose();
        _shares.Clear();
    }

    private void Leave()
    {
        Forget();
        if (_samples is { } samples) _setup.Samples.Return(samples.Data);
        _samples = null;
    }

    // It may be that nothing is heard any more.
    private sealed class AnswerLate : INoSerializationVerificationNeeded
    {
        public static readonly AnswerLate Instance = new();
    }
}
