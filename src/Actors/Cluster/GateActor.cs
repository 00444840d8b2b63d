using System.Globalization;
using ActorSparse.Actors.Recovery;
using ActorSparse.Model.Coordination;
using Akka.Actor;
using Akka.Cluster;
using Akka.Remote;

namespace ActorSparse.Actors.Cluster;

/// <summary>
/// The cluster's singleton: has the coordinator below it, and is where other nodes turn to first. It says what is trained, refuses workers
/// whose data or configuration differ, starts the coordinator's end of a link for each of the others, and answers for the state of the run.
/// Nodes that ask before there is a run get no answer, and ask again.
/// </summary>
internal sealed class GateActor : RunActor, IWithTimers
{
    private const int LinksPerNodeMax = 256;

    // At the end of a run workers leave a moment before the coordinator does.
    private static readonly TimeSpan s_alonePatience = TimeSpan.FromSeconds(3);

    private readonly LinkSettings _settings = LinkSettings.From(Context.System.Settings.Config);
    private readonly LinkTraffic _traffic = NodeWire.Of(Context.System).Traffic;
    private readonly TaskCompletionSource<IActorRef> _turn;
    private readonly Dictionary<IActorRef, string> _waiting = [];
    private readonly Dictionary<IActorRef, (IActorRef Link, string Worker)> _links = [];
    private readonly RunProgress _progress = new();
    private GateSetup? _setup;
    private long _rejected;
    private int _linksMade;

    // Workers whose links ended with the life before, until they have come back or have had the time to.
    private readonly HashSet<string> _missing = [];

    // Once the run is over, until its workers have gone.
    private RunOver? _over;

    /// <summary>Says by <paramref name="turn"/> that it is this node's turn, and waits for <see cref="OpenGate"/>.</summary>
    public GateActor(TaskCompletionSource<IActorRef> turn)
    {
        _turn = turn;
        Receive<OpenGate>(OnOpen);
        Receive<INodeMessage>(_ => Refuse("a message of a foreign system, or without a sender"), _ => !HasSender());
        Receive<INodeMessage>(_ => { }, _ => _setup is null);
        Receive<Nodes.AskTraining>(ask =>
        {
            if (ask.Version == NodeProtocol.Version) Sender.Tell(Setup.Training);
            else Reject($"protocol version {ask.Version}; the coordinator speaks {NodeProtocol.Version}: run the same release everywhere");
        });
        Receive<Nodes.Connect>(OnConnect);
        Receive<Nodes.AskStatus>(_ => Sender.Tell(Status()));
        Receive<Terminated>(terminated => Forget(terminated.ActorRef));
        Receive<DisassociatedEvent>(OnDisassociated);
        Receive<ClusterEvent.UnreachableMember>(node =>
            Listener.OnEvent(RunEvent.NodeUnreachable, $"the coordinator at {node.Member.Address} does not answer"));
        Receive<ClusterEvent.ReachableMember>(node =>
            Listener.OnEvent(RunEvent.NodeReachable, $"the coordinator at {node.Member.Address} answers again"));
        Receive<NodeSignal.ReportRefusals>(_ => Report());
        Receive<Alone>(_ => OnAlone());
        Receive<LeaveOver>(_ => OnLeaveOver());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private GateSetup Setup => _setup!;

    // A message without one comes from this node's dead letters, as Akka.NET sees it.
    private static bool HasSender() =>
        Context.Sender.Path.Address.System == Context.System.Name && !Context.Sender.Equals(Context.System.DeadLetters);

    // Whether workers that take part are there, or may still come back.
    private bool HasToTell => _links.Count + _missing.Count > 0;

    protected override void PreStart() => _turn.TrySetResult(Self);

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    protected override RunStatus Complete(RunStatus status) =>
        status with { BytesSent = _traffic.BytesSent, BytesReceived = _traffic.BytesReceived };

    protected override void OnStanding(RecoveryMessage.Standing standing) =>
        _progress.HearRecovery(standing.Problems, standing.Questions, standing.WorkersLost, _traffic);

    protected override void OnStatus(RunStatus status)
    {
        _progress.Hear(Complete(status));
        base.OnStatus(status);
    }

    // The coordinator's node stays until its workers know that the run is over: to those that do not hear of it, it would be lost. Those
    // that stand still or are on the other side of a partition are not waited for longer than they have to leave. So it is for those that
    // have not come back yet from a life that ended just before.
    protected override void Conclude()
    {
        _over = Outcome;
        foreach (var (link, _) in _links.Values) link.Tell(_over);
        if (HasToTell) Timers.StartSingleTimer(LeaveOver.Instance, LeaveOver.Instance, _settings.LeaveTimeout);
        else base.Conclude();
    }

    // The workers' ends of the links see that these are gone, and join the next life of the coordinator.
    protected override void OnLifeOver()
    {
        foreach (var (link, worker) in _links.Values)
        {
            Context.Stop(link);
            _missing.Add(worker);
        }
        _links.Clear();
        Timers.StartSingleTimer(LeaveOver.Instance, LeaveOver.Instance, _settings.LeaveTimeout);
    }

    private void OnLeaveOver()
    {
        _missing.Clear();
        if (_over is not null) base.Conclude();
    }

    // What somebody else sends must not end the run.
    protected override void OnFailure(object message, Exception exception)
    {
        if (message is INodeMessage) Refuse($"{message.GetType().Name}: {exception.Message}");
        else base.OnFailure(message, exception);
    }

    private void OnOpen(OpenGate order)
    {
        _setup = order.Setup;
        Begin(order.Run);
        Timers.StartPeriodicTimer(new NodeSignal.ReportRefusals(), new NodeSignal.ReportRefusals(), _settings.Interval);
        Context.System.EventStream.Subscribe(Self, typeof(DisassociatedEvent));
    }

    private void OnConnect(Nodes.Connect connect)
    {
        // While others have still to hear that the run is over, one that comes late hears it too.
        if (_over is null ? IsBetweenLives : !HasToTell) return;
        var training = Setup.Training;
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
        if (_waiting.Count > 0) Sender.Tell(new Nodes.Waiting(_waiting.Count, Setup.MinWorkers));
    }

    private void AdmitIfEnough()
    {
        if (_linksMade == 0 && _waiting.Count < Setup.MinWorkers) return;
        foreach (var (end, worker) in _waiting)
        {
            var (coordinator, runId, format, traffic) = (Coordinator, Setup.Training.RunId, Setup.Format, _traffic);
            var name = worker;
            var props = Akka.Actor.Props.Create(() => new CoordinatorLink(end, name, coordinator, runId, format, traffic))
                .WithDispatcher(LinkSettings.Dispatcher);
            var link = Context.ActorOf(props, string.Create(CultureInfo.InvariantCulture, $"link-{++_linksMade}"));
            _links.Add(end, (link, worker));
            _missing.Remove(worker);
            if (_over is not null) link.Tell(_over);
            end.Tell(new Nodes.Connected(Setup.Training.RunId), link);
        }
        _waiting.Clear();
        Timers.Cancel(Alone.Instance);
    }

    private void Forget(IActorRef end)
    {
        _waiting.Remove(end);
        if (!_links.Remove(end) || _links.Count > 0) return;
        if (_over is null) Timers.StartSingleTimer(Alone.Instance, Alone.Instance, s_alonePatience);
        else if (!HasToTell) base.Conclude();
    }

    private void OnAlone()
    {
        if (_progress.IsOver || _over is not null) return;
        Listener.OnEvent(RunEvent.WorkerLost, "no worker is left; the run waits until one joins and then goes on");
    }

    // A connection that breaks is known at once, long before heartbeats are missed: what its workers had is handed on now. Should the node
    // be alive after all, its ends of the links see that theirs are gone and join again. Death watch stays: when nobody answers it, Akka.NET
    // gives the address up for good instead of dialling it for minutes.
    private void OnDisassociated(DisassociatedEvent disassociated)
    {
        foreach (var (end, (link, _)) in _links.Where(link => link.Key.Path.Address.Equals(disassociated.RemoteAddress)).ToList())
        {
            Context.Stop(link);
            Forget(end);
        }
        foreach (var end in _waiting.Keys.Where(end => end.Path.Address.Equals(disassociated.RemoteAddress)).ToList())
            _waiting.Remove(end);
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
        Report();
    }

    private void Report()
    {
        if (_setup is not null && _traffic.TryReport(out var line)) Listener.OnEvent(RunEvent.Refused, line);
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
        var progress = _progress.Describe(_links.Count, _rejected, _traffic.Refused, _traffic.Losses);
        return new(string.Join('\n', [.. members, .. links, .. waiting, .. progress.Select(line => $"run       {line}")]));
    }

    private sealed class Alone : INoSerializationVerificationNeeded
    {
        public static readonly Alone Instance = new();
    }

    private sealed class LeaveOver : INoSerializationVerificationNeeded
    {
        public static readonly LeaveOver Instance = new();
    }
}
