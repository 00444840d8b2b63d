using ActorSparse.Actors.Messages;
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
    private readonly LinkChannel _channel;
    private readonly LinkSettings _settings;

    public CoordinatorLink(IActorRef worker, IActorRef coordinator, LinkSettings settings, long messageBytesMax, LinkTraffic traffic)
    {
        _worker = worker;
        _settings = settings;
        _channel = new(Context.System, settings, messageBytesMax, traffic, Context.GetLogger());
        _channel.Open(Self, worker);
        Receive<Nodes.Chunk>(chunk =>
        {
            // Nobody else's pieces, and no message that a worker does not send.
            if (Sender.Equals(_worker) && _channel.Receive(chunk.Piece) is IFromWorker message) coordinator.Tell(message);
        });
        Receive<Nodes.ChunkArrived>(arrived =>
        {
            if (Sender.Equals(_worker)) _channel.OnArrived(arrived);
        });
        Receive<IToWorker>(_channel.Send);
        Receive<Housekeeping>(_ => _channel.OnTick());
        Receive<Terminated>(_ => Context.Stop(Self));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.Watch(_worker);
        Timers.StartPeriodicTimer(Housekeeping.Instance, Housekeeping.Instance, _settings.Interval);
    }
}
