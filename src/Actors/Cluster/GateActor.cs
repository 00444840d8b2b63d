using System.Globalization;
using ActorSparse.Actors.Messages;
using ActorSparse.Actors.State;
using Akka.Actor;
using Akka.Event;
using Akka.Remote;

namespace ActorSparse.Actors.Cluster;

/// <summary>
/// Where other nodes turn to first: says what is trained, refuses workers whose data or configuration differ, starts the coordinator's end
/// of a link for each of the others, and answers for the state of the run.
/// </summary>
internal sealed class GateActor : ReceiveActor, IWithTimers
{
    // At the end of a run workers leave a moment before the coordinator does.
    private const int TicksAloneMax = 3;
    private const int LinksPerNodeMax = 256;

    private readonly GateSetup _setup;
    private readonly IActorRef _run;
    private readonly LinkSettings _settings;
    private readonly LinkTraffic _traffic = NodeWire.Of(Context.System).Traffic;
    private readonly Dictionary<IActorRef, string> _waiting = [];
    private readonly Dictionary<IActorRef, (IActorRef Link, string Worker)> _links = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef _coordinator = ActorRefs.Nobody;
    private IActorRef _closing = ActorRefs.Nobody;
    private RunStatus? _status;
    private long? _firstUpdates;
    private long _rejected;
    private int _linksMade;
    private bool _hasBegun;
    private int _ticksAlone;

    public GateActor(GateSetup setup, IActorRef run)
    {
        _setup = setup;
        _run = run;
        _settings = LinkSettings.From(Context.System.Settings.Config);
        Receive<INodeMessage>(_ => Refuse("a message of a foreign system"), _ => Sender.Path.Address.System != Context.System.Name);
        Receive<ActorIdentity>(identity =>
        {
            // Anybody can say who he is; only the one asked, in this process, is the coordinator.
            if (identity.Subject is { } coordinator && coordinator.Path.Equals(_run.Path / "coordinator")) _coordinator = coordinator;
            AdmitIfEnough();
        });
        Receive<Nodes.AskTraining>(ask =>
        {
            if (ask.Version == NodeProtocol.Version) Sender.Tell(_setup.Training);
            else Reject($"protocol version {ask.Version}; the coordinator speaks {NodeProtocol.Version}: run the same release everywhere");
        });
        Receive<Nodes.Connect>(OnConnect);
        Receive<Nodes.AskStatus>(_ => Sender.Tell(Status()));
        Receive<Progress.Running>(running =>
        {
            _status = running.Status;
            _firstUpdates ??= running.Status.Updates;
        });
        Receive<Terminated>(OnTerminated);
        Receive<DisassociatedEvent>(OnDisassociated);
        Receive<CloseGate>(OnClose);
        Receive<Housekeeping>(_ => OnHousekeeping());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(exception =>
    {
        _log.Error(exception, "a link failed");
        return Directive.Stop;
    });

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(Housekeeping.Instance, Housekeeping.Instance, _settings.Interval, _settings.Interval);
        Context.System.EventStream.Subscribe(Self, typeof(DisassociatedEvent));
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    private void OnHousekeeping()
    {
        ReportRefusals();
        if (_coordinator.IsNobody()) Context.ActorSelection(_run.Path / "coordinator").Tell(new Identify(null));
        if (!_hasBegun || _links.Count > 0 || _status?.Phase == RunPhase.Finished) _ticksAlone = 0;
        else if (++_ticksAlone == TicksAloneMax)
            _run.Tell(new Progress.Happened(
                _setup.Training.RunId, RunEvent.WorkerLost, "no worker is left; training waits until one joins and then goes on"));
    }

    private void OnConnect(Nodes.Connect connect)
    {
        var training = _setup.Training;
        if (connect.Version != NodeProtocol.Version)
            Reject($"{connect.Worker}: protocol version {connect.Version}; the coordinator speaks {NodeProtocol.Version}");
        else if (connect.RunId != training.RunId)
            Sender.Tell(training);
        else if (connect.DataHash != training.DataHash)
            Reject($"{connect.Worker}: its training set {training.DataName} has other contents ({Short(connect.DataHash)}) than the "
                + $"coordinator's ({Short(training.DataHash)})");
        else if (connect.ConfigurationHash != training.ConfigurationHash)
            Reject($"{connect.Worker}: its training configuration ({Short(connect.ConfigurationHash)}) is not the coordinator's "
                + $"({Short(training.ConfigurationHash)})");
        else if (_links.TryGetValue(Sender, out var known))
            Sender.Tell(new Nodes.Connected(training.RunId), known.Link);
        else if (!_waiting.ContainsKey(Sender) && LinksOf(Sender.Path.Address) >= LinksPerNodeMax)
            Reject($"{connect.Worker}: more than {LinksPerNodeMax} workers of one node");
        else
            Admit(connect.Worker);
    }

    private int LinksOf(Address node) =>
        _links.Keys.Count(end => end.Path.Address.Equals(node)) + _waiting.Keys.Count(end => end.Path.Address.Equals(node));

    private void Admit(string worker)
    {
        if (_waiting.TryAdd(Sender, worker)) Context.Watch(Sender);
        AdmitIfEnough();
        if (_waiting.Count > 0) Sender.Tell(new Nodes.Waiting(_waiting.Count, _setup.MinWorkers));
    }

    private void AdmitIfEnough()
    {
        if (_coordinator.IsNobody() || (!_hasBegun && _waiting.Count < _setup.MinWorkers)) return;
        foreach (var (end, worker) in _waiting)
        {
            _hasBegun = true;
            var (coordinator, settings, job, traffic) = (_coordinator, _settings, _setup.Job, _traffic);
            var name = worker;
            var props = Props.Create(() => new CoordinatorLink(end, name, coordinator, settings, job, traffic))
                .WithDispatcher(LinkSettings.Dispatcher);
            var link = Context.ActorOf(props, string.Create(CultureInfo.InvariantCulture, $"link-{++_linksMade}"));
            _links.Add(end, (link, worker));
            end.Tell(new Nodes.Connected(_setup.Training.RunId), link);
        }
        _waiting.Clear();
    }

    private void OnTerminated(Terminated terminated)
    {
        _waiting.Remove(terminated.ActorRef);
        _links.Remove(terminated.ActorRef);
        AnswerIfClosed();
    }

    // A connection that breaks is known at once, long before the cluster removes the node: what its workers had is handed on now. Should
    // the node be alive after all, its ends of the links see that theirs are gone and join again.
    private void OnDisassociated(DisassociatedEvent disassociated)
    {
        foreach (var end in _links.Keys.Where(end => end.Path.Address.Equals(disassociated.RemoteAddress)).ToList())
        {
            _links.Remove(end, out var lost);
            Context.Stop(lost.Link);
        }
        AnswerIfClosed();
    }

    // The run is over: whoever takes part is told so by now, and leaves.
    private void OnClose(CloseGate close)
    {
        _closing = Sender;
        AnswerIfClosed();
    }

    private void AnswerIfClosed()
    {
        if (_links.Count == 0) _closing.Tell(CloseGate.Instance);
    }

    private void Reject(string detail)
    {
        _rejected++;
        Refuse(detail);
        Sender.Tell(new Nodes.Rejected(detail));
    }

    private void Refuse(string detail)
    {
        _traffic.Refuse($"{Sender.Path.Address}: {detail}");
        ReportRefusals();
    }

    private void ReportRefusals()
    {
        if (_traffic.TryReport(out var line)) _run.Tell(new Progress.Happened(_setup.Training.RunId, RunEvent.Refused, line));
    }

    private static string Short(string hash) => hash.Length > 16 ? hash[..16] : hash;

    private Nodes.Status Status()
    {
        var state = Akka.Cluster.Cluster.Get(Context.System).State;
        var members = state.Members.Select(member =>
        {
            var reachability = state.Unreachable.Contains(member) ? ", unreachable" : "";
            return $"member    {member.Address} {string.Join(',', member.Roles)} {member.Status}{reachability}";
        });
        var links = _links.Select(link => $"worker    {link.Value.Worker} at {link.Key.Path.Address}").Order(StringComparer.Ordinal);
        var waiting = _waiting.Select(end => $"worker    {end.Value} at {end.Key.Path.Address}, waiting for others");
        return new(string.Join('\n', [.. members, .. links, .. waiting, .. ProgressLines().Select(line => $"run       {line}")]));
    }

    private IEnumerable<string> ProgressLines()
    {
        var culture = CultureInfo.InvariantCulture;
        if (_status is not { } status)
        {
            yield return "training has not begun";
            yield break;
        }
        var connections = status.Connections.Sum(count => (long)count);
        var perUpdate = (status.BytesSent + status.BytesReceived) / (double)Math.Max(1, status.Updates - _firstUpdates!.Value);
        yield return string.Create(culture,
            $"phase {status.Phase}, epoch {status.Epoch + 1}, batch {status.BatchesDone} of {status.BatchesPerEpoch}");
        yield return string.Create(culture,
            $"version {status.ModelVersion}, {status.Updates} updates, "
                + $"staleness {status.StalenessMean:0.00}, at most {status.StalenessMax}");
        yield return string.Create(culture,
            $"{_links.Count} workers now, {status.WorkersLost} lost so far; {_rejected} nodes rejected");
        yield return string.Create(culture,
            $"{perUpdate:0} bytes an update both ways, {perUpdate / Math.Max(1, connections):0.00} for each of {connections} connections");
        yield return string.Create(culture, $"{status.BytesSent} bytes sent, {status.BytesReceived} received");
        yield return string.Create(culture, $"{_traffic.Refused} messages refused, {_traffic.Losses} losses repaired");
    }
}
