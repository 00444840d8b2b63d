using ActorSparse.Actors.Messages;
using ActorSparse.Model.Coordination;
using Akka.Actor;
using Akka.Event;

namespace ActorSparse.Actors.Cluster;

/// <summary>
/// The coordinator's end of a link: to the coordinator it is the worker. It ends when the worker's node is gone, which the coordinator sees
/// as the worker's death.
/// </summary>
internal sealed class CoordinatorLink : ReceiveActor, IWithTimers
{
    private readonly IActorRef _worker;
    private readonly string _name;
    private readonly IActorRef _coordinator;
    private readonly LinkTraffic _traffic;
    private readonly LinkChannel _channel;
    private readonly TimeSpan _lossTimeout;
    private readonly ulong _runId;
    private RunOver? _over;
    private long _incarnation;

    public CoordinatorLink(
        IActorRef worker, string name, IActorRef coordinator, ulong runId, LinkFormat format, LinkTraffic traffic)
    {
        _worker = worker;
        _name = name;
        _coordinator = coordinator;
        _traffic = traffic;
        _lossTimeout = format.Settings.LossTimeout;
        _runId = runId;
        _channel = new(Context.System, format, traffic, Context.GetLogger());
        _channel.Open(Self, worker);
        Receive<Nodes.Chunk>(chunk =>
        {
            // Nobody else's pieces, and no message that a worker does not send, or in the name of another one.
            if (!Sender.Equals(_worker)) _channel.RefuseStranger();
            else if (_channel.Receive(chunk.Piece) is { } message) Pass(message);
        });
        Receive<Nodes.ChunkArrived>(arrived =>
        {
            if (Sender.Equals(_worker)) _channel.OnArrived(arrived);
            else _channel.RefuseStranger();
        });
        Receive<IToWorker>(_channel.Send);
        Receive<RunOver>(over => _over = over);
        Receive<NodeSignal.ArrivalLate>(_ =>
        {
            if (_channel.IsBusy) _coordinator.Tell(new Membership.Transferring(_runId, _name, _incarnation));
            _channel.GiveUpLost();
        });
        Receive<Terminated>(_ => Context.Stop(Self));
    }

    private void Pass(object message)
    {
        if (message is Membership.Join join && join.Worker == _name && _over is { } over)
            _channel.Send(new Membership.Dismissed(_runId, join.Worker, join.Incarnation, over.Outcome, over.Error));
        else if (message is IFromWorker said && said.Worker == _name)
        {
            _incarnation = said.Incarnation;
            _coordinator.Tell(said);
        }
        else _traffic.Refuse($"{message.GetType().Name}, which {_name} may not say");
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PostStop() => _channel.Dispose();

    protected override void PreStart()
    {
        Context.Watch(_worker);
        Timers.StartPeriodicTimer(new NodeSignal.ArrivalLate(), new NodeSignal.ArrivalLate(), _lossTimeout);
    }
}
