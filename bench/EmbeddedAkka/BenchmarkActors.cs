using System.Diagnostics;
using Akka.Actor;

namespace ActorSparse.Bench.EmbeddedAkka;

/// <summary>Counts messages; says how many since it was last asked.</summary>
internal sealed class Counter : UntypedActor
{
    private int _count;

    protected override void OnReceive(object message)
    {
        if (message is string)
        {
            Sender.Tell(_count);
            _count = 0;
        }
        else
        {
            _count++;
        }
    }
}

/// <summary>Answers with what it is sent.</summary>
internal sealed class Echo : ReceiveActor
{
    public Echo() => ReceiveAny(message => Sender.Tell(message));
}

/// <summary>Makes as many children as it is told, lets them stop and answers when all have.</summary>
internal sealed class Parent : ReceiveActor
{
    private IActorRef _asker = ActorRefs.Nobody;
    private int _alive;

    public Parent()
    {
        Receive<int>(children =>
        {
            _asker = Sender;
            _alive = children;
            var props = Props.Create(() => new Echo());
            for (var i = 0; i < children; i++)
                Context.Watch(Context.ActorOf(props)).Tell(PoisonPill.Instance);
        });
        Receive<Terminated>(_ =>
        {
            if (--_alive == 0)
                _asker.Tell("stopped");
        });
    }
}

/// <summary>Computes 50 ms per message and sends itself the next at once.</summary>
internal sealed class BusyWorker : UntypedActor
{
    private double _sum;

    protected override void OnReceive(object message)
    {
        var end = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 20);
        while (Stopwatch.GetTimestamp() < end)
            _sum += Math.Sqrt(_sum + 1);
        Self.Tell(message);
    }
}

/// <summary>Measures by how much its timer messages come late, in milliseconds.</summary>
internal sealed class Lateness : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan s_delay = TimeSpan.FromMilliseconds(20);

    private readonly List<double> _late = [];
    private IActorRef _asker = ActorRefs.Nobody;
    private long _started;
    private int _samples;

    public Lateness()
    {
        Receive<int>(samples =>
        {
            _asker = Sender;
            _samples = samples;
            Start();
        });
        Receive<string>(_ =>
        {
            _late.Add((Stopwatch.GetElapsedTime(_started) - s_delay).TotalMilliseconds);
            if (_late.Count == _samples)
                _asker.Tell(_late.ToArray());
            else
                Start();
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private void Start()
    {
        _started = Stopwatch.GetTimestamp();
        Timers.StartSingleTimer("timer", "due", s_delay);
    }
}
