using System.Globalization;
using ActorSparse.Model.Coordination;
using Akka.Actor;
using Akka.Event;
using Akka.Remote;

namespace ActorSparse.Actors.Cluster;

/// <summary>
/// A node with workers: finds the coordinator, opens the data, keeps a link for every worker, and says when there is nothing more to do. It
/// lives as long as its actor system, which is given up when the coordinator is lost. It is no member of a cluster: what it thinks of the
/// coordinator, or of other workers, concerns nobody but itself.
/// </summary>
internal sealed class WorkerNodeActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly WorkerNodeSetup _setup;
    private readonly TaskCompletionSource<(WorkerNodeOutcome Outcome, string Detail)> _outcome;
    private readonly LinkSettings _settings;
    private readonly LinkTraffic _traffic = NodeWire.Of(Context.System).Traffic;
    private readonly Dictionary<IActorRef, string> _links = [];
    private readonly GateSearch _search;
    private (ulong Id, IActorRef Gate) _run = (0, ActorRefs.Nobody);
    private WorkerJob? _job;
    private TrainingOver? _over;
    private bool _isLeaving;
    private bool _isWaiting;

    public WorkerNodeActor(WorkerNodeSetup setup, TaskCompletionSource<(WorkerNodeOutcome, string)> outcome)
    {
        _setup = setup;
        _outcome = outcome;
        _settings = LinkSettings.From(Context.System.Settings.Config);
        _search = new(Context, setup.Coordinators);
        Receive<INodeMessage>(Refuse, _ => !IsFromCoordinator());
        Receive<Nodes.Training>(OnTraining);
        Receive<WorkerJob>(OnOpened);
        Receive<Status.Failure>(failure => End(WorkerNodeOutcome.Rejected, failure.Cause.Message));
        Receive<Nodes.Rejected>(rejected => End(WorkerNodeOutcome.Rejected, rejected.Detail));
        Receive<Nodes.Waiting>(OnWaiting);
        Receive<WorkerLinked>(OnLinked);
        Receive<TrainingOver>(over => _over = over);
        Receive<NodeSignal.LeaveNode>(_ => OnLeave());
        Receive<Terminated>(OnTerminated);
        Receive<DisassociatedEvent>(_ => FindCoordinator(), broken => IsOfCoordinator(broken.RemoteAddress));
        Receive<AssociationEvent>(_search.OnConnection);
        Receive<ThisActorSystemQuarantinedEvent>(
            _ => Lose("has given this node up"), quarantined => IsOfCoordinator(quarantined.RemoteAddress));
        Receive<GateAddresses>(_search.OnAddresses);
        Receive<NodeSignal.AskAgain>(_ => _search.Ask());
        Receive<Unanswered>(_ => OnUnanswered());
        Receive<NodeSignal.ReportRefusals>(_ =>
        {
            if (_traffic.TryReport(out var refusals)) _setup.Say(refusals);
        });
        Receive<StartLink>(start => OnStartLink(start.Worker));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(exception =>
    {
        Context.GetLogger().Error(exception, "a link failed");
        return Directive.Stop;
    });

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(AssociationEvent));
        Context.System.EventStream.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));
        Timers.StartPeriodicTimer(new NodeSignal.ReportRefusals(), new NodeSignal.ReportRefusals(), _settings.Interval);
        FindCoordinator();
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    // Asks until there is an answer, and anew after a broken connection: the answer then shows whether it is still the same coordinator.
    private void FindCoordinator()
    {
        if (Timers.IsTimerActive(new NodeSignal.AskAgain())) return;
        _search.Begin();
        Timers.StartPeriodicTimer(new NodeSignal.AskAgain(), new NodeSignal.AskAgain(), TimeSpan.Zero, _settings.Interval);
        Timers.StartPeriodicTimer(Unanswered.Instance, Unanswered.Instance, s_patience);
    }

    // A connection that stands and over which nothing comes may be broken in a way that Akka.NET does not see: another life has another one.
    private void OnUnanswered()
    {
        var unanswered = $"no answer from a coordinator at {string.Join(", ", _setup.Coordinators)}";
        var why = _search.OnUnanswered(out var isBroken);
        if (isBroken && !_isLeaving) End(WorkerNodeOutcome.CoordinatorLost, unanswered);
        else _setup.Say($"{unanswered}; still trying ({why})");
    }

    // What a coordinator's gate says, also if a link passes it on, or a link; anybody else could end this node by it. Of a message without a
    // sender Akka.NET says that it comes from this node's dead letters.
    private bool IsFromCoordinator() => _links.ContainsKey(Sender) || _search.Contains(Sender.Path.Address);

    // Others that only stand by may come and go.
    private bool IsOfCoordinator(Address address) =>
        _run.Gate.IsNobody() ? _search.Contains(address) : address.Equals(_run.Gate.Path.Address);

    private void Refuse(INodeMessage message) =>
        _traffic.Refuse($"{message.GetType().Name} from {Sender.Path.Address}, which is no coordinator");

    private void OnTraining(Nodes.Training training)
    {
        Timers.Cancel(new NodeSignal.AskAgain());
        Timers.Cancel(Unanswered.Instance);
        if (_run.Id == training.RunId) return;
        if (_run.Id != 0)
        {
            End(WorkerNodeOutcome.CoordinatorLost, "the coordinator was started anew");
            return;
        }
        _run = (training.RunId, Context.Watch(Sender));
        _setup.Say($"opening {training.DataName}");
        var open = _setup.Open;
        Task.Factory.StartNew(() => open(training), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .PipeTo(Self, failure: exception => new Status.Failure(exception));
    }

    private void OnOpened(WorkerJob job)
    {
        _job = job;
        for (var index = 0; index < _setup.Workers; index++)
            OnStartLink(string.Create(CultureInfo.InvariantCulture, $"{_setup.Name}-{index}"));
    }

    private void OnStartLink(string name)
    {
        if (_isLeaving || _over is not null) return;
        var job = _job!;
        var setup = new WorkerLinkSetup(
            _run.Gate, job, name, _setup.NextIncarnation(), _setup.Threads, _settings, _traffic);
        var props = Props.Create(() => new WorkerLink(setup)).WithDispatcher(LinkSettings.Dispatcher);
        var link = Context.ActorOf(props, string.Create(CultureInfo.InvariantCulture, $"{name}-{setup.Incarnation}"));
        _links.Add(Context.Watch(link), name);
    }

    private void OnWaiting(Nodes.Waiting waiting)
    {
        if (_isWaiting) return;
        _isWaiting = true;
        _setup.Say($"waiting for more workers: {waiting.Present} of {waiting.Wanted} are there");
    }

    private void OnLinked(WorkerLinked linked)
    {
        _isWaiting = false;
        _setup.Say($"{linked.Worker} takes part");
    }

    private void OnTerminated(Terminated terminated)
    {
        if (terminated.ActorRef.Equals(_run.Gate)) Lose("is gone");
        if (!_links.Remove(terminated.ActorRef, out var name)) return;
        if (_over is null && !_isLeaving)
        {
            _setup.Say($"{name} lost its link or died; it joins again");
            Timers.StartSingleTimer(name, new StartLink(name), _settings.Interval);
        }
        if (_links.Count > 0) return;
        if (_over is not null) EndAs(_over);
        else if (_isLeaving) End(WorkerNodeOutcome.Left, "left");
    }

    private void EndAs(TrainingOver over)
    {
        if (over.Outcome == RunOutcome.Completed)
            End(WorkerNodeOutcome.Finished, $"{_job!.Name} is over");
        else if (over.Outcome == RunOutcome.Failed)
            End(WorkerNodeOutcome.Failed, $"{_job!.Name} failed: {over.Error}");
        else if (_setup.Coordinators.Count > 1)
            End(WorkerNodeOutcome.CoordinatorLost, "the run was stopped here; another coordinator may go on with it");
        else
            End(WorkerNodeOutcome.Stopped, $"the run was stopped before its end{_job!.HowToContinue}");
    }

    // Akka.NET does not let two systems talk again of which one has taken the other for dead: another life of this node can.
    private void Lose(string what)
    {
        if (_over is null && !_isLeaving) End(WorkerNodeOutcome.CoordinatorLost, $"the coordinator {what}");
    }

    private void OnLeave()
    {
        _isLeaving = true;
        if (_links.Count == 0) End(WorkerNodeOutcome.Left, "left");
        foreach (var link in _links.Keys) link.Tell(new NodeSignal.LeaveNode());
    }

    private void End(WorkerNodeOutcome outcome, string detail) => _outcome.TrySetResult((outcome, detail));

    private sealed record StartLink(string Worker) : INoSerializationVerificationNeeded;

    private sealed class Unanswered : INoSerializationVerificationNeeded
    {
        public static readonly Unanswered Instance = new();
    }
}
