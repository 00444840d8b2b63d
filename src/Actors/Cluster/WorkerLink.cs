using ActorSparse.Actors.Messages;
using ActorSparse.Model;
using ActorSparse.Model.Coordination;
using Akka.Actor;
using Akka.Event;

namespace ActorSparse.Actors.Cluster;

/// <summary>
/// A worker's end of a link: to the worker it is the coordinator. It asks the gate for the other end, starts the worker, and ends when
/// either is gone; the node starts another one unless training is over.
/// </summary>
internal sealed class WorkerLink : ReceiveActor, IWithTimers
{
    private readonly WorkerLinkSetup _setup;
    private readonly LinkChannel _channel;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef _peer = ActorRefs.Nobody;
    private IActorRef _worker = ActorRefs.Nobody;
    private bool _isLeaving;
    private volatile bool _isBusy;

    public WorkerLink(WorkerLinkSetup setup)
    {
        _setup = setup;
        _channel = new(Context.System, setup.Job.Format(setup.Settings), setup.Traffic, _log);
        Connecting();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    // A worker that dies is not restarted behind the coordinator's back: it joins again in a later life, unless its samples are others.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(exception =>
    {
        if (exception is InvalidInputException)
        {
            Context.Parent.Tell(new Nodes.Rejected($"{_setup.Name}: {exception.Message}"));
            return Directive.Stop;
        }
        _log.Error(exception, "{0} died", _setup.Name);
        return Directive.Stop;
    });

    protected override void PostStop() => _channel.Dispose();

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(new NodeSignal.AskAgain(), new NodeSignal.AskAgain(), TimeSpan.Zero, _setup.Settings.Interval);
    }

    // Told to the worker's thread once what came has been passed on, so that it does not ask for what it is about to get.
    protected override bool AroundReceive(Receive receive, object message)
    {
        var isHandled = base.AroundReceive(receive, message);
        _isBusy = _channel.IsBusy;
        return isHandled;
    }

    private void Connecting()
    {
        Receive<Nodes.Connected>(OnConnected);
        Receive<Nodes.Waiting>(waiting => Context.Parent.Forward(waiting), _ => IsGate());
        Receive<Nodes.Rejected>(rejected => Context.Parent.Forward(rejected), _ => IsGate());
        Receive<NodeSignal.LeaveNode>(_ => Context.Stop(Self));
        Receive<NodeSignal.AskAgain>(_ => Connect());
    }

    private void Linked()
    {
        Receive<Nodes.Chunk>(OnChunk);
        Receive<Nodes.ChunkArrived>(arrived =>
        {
            if (Sender.Equals(_peer)) _channel.OnArrived(arrived);
            else _channel.RefuseStranger();
            StopIfDelivered();
        });
        Receive<Nodes.Connected>(_ => { });
        Receive<IFromWorker>(_channel.Send);
        Receive<NodeSignal.LeaveNode>(_ => Leave());
        Receive<NodeSignal.ArrivalLate>(_ => _channel.GiveUpLost());
        Receive<Terminated>(OnTerminated);
    }

    private void Connect() => _setup.Gate.Tell(
        new Nodes.Connect(_setup.Job.RunId, NodeProtocol.Version, _setup.Name, _setup.Job.DataHash, _setup.Job.ConfigurationHash));

    private void OnConnected(Nodes.Connected connected)
    {
        if (connected.RunId != _setup.Job.RunId || !IsGate()) return;
        _peer = Context.Watch(Sender);
        _channel.Open(Self, _peer);
        Timers.Cancel(new NodeSignal.AskAgain());
        Timers.StartPeriodicTimer(new NodeSignal.ArrivalLate(), new NodeSignal.ArrivalLate(), _setup.Settings.LossTimeout);
        Become(Linked);
        var props = _setup.Job.Worker(
            _setup.Name, _setup.Incarnation, Self, ProtocolSettings.From(Context.System.Settings.Config), _setup.Threads, () => _isBusy);
        _worker = Context.Watch(Context.ActorOf(props, "worker"));
        Context.Parent.Tell(new WorkerLinked(_setup.Name));
    }

    // Where the gate is, the other end of the link is too.
    private bool IsGate()
    {
        if (Sender.Path.Address.Equals(_setup.Gate.Path.Address)) return true;
        _channel.RefuseStranger();
        return false;
    }

    private void OnChunk(Nodes.Chunk chunk)
    {
        if (!Sender.Equals(_peer))
        {
            _channel.RefuseStranger();
            return;
        }
        if (_channel.Receive(chunk.Piece) is not IToWorker message) return;
        if (message is Membership.Dismissed dismissed) Context.Parent.Tell(new TrainingOver(dismissed.Outcome, dismissed.Error));
        if (message is Membership.Refused { Reason: RefusalReason.OtherConfiguration or RefusalReason.NameTaken } refused)
            Context.Parent.Tell(new Nodes.Rejected(refused.Detail));
        _worker.Tell(message);
    }

    // The worker stops after its present batch, whose gradient is sent before the leave.
    private void Leave()
    {
        if (_isLeaving) return;
        _isLeaving = true;
        _worker.Tell(new Membership.Dismissed(_setup.Job.RunId, _setup.Name, _setup.Incarnation, RunOutcome.Stopped, null));
    }

    private void OnTerminated(Terminated terminated)
    {
        if (!_isLeaving || terminated.ActorRef.Equals(_peer))
        {
            Context.Stop(Self);
            return;
        }
        _channel.Send(new Membership.Leave(_setup.Job.RunId, _setup.Name, _setup.Incarnation, "its node was asked to stop"));
        _worker = ActorRefs.Nobody;
        StopIfDelivered();
    }

    private void StopIfDelivered()
    {
        if (_isLeaving && _worker.IsNobody() && _channel.IsIdle) Context.Stop(Self);
    }
}
