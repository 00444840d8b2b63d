using Akka.Actor;

namespace Akka.Conformance.Support;

/// <summary>
/// Tells a probe which life-cycle hook runs, and answers other messages with the number of messages this instance has seen.
/// </summary>
public sealed class HookActor : UntypedActor
{
    private readonly IActorRef _probe;
    private readonly string _name;
    private int _seen;

    public HookActor(IActorRef probe, string name = "actor")
    {
        _probe = probe;
        _name = name;
        Report("constructor");
    }

    public static Props Props(IActorRef probe, string name = "actor") => Akka.Actor.Props.Create(() => new HookActor(probe, name));

    protected override void PreStart()
    {
        Report("PreStart");
        base.PreStart();
    }

    protected override void PostStop()
    {
        Report("PostStop");
        base.PostStop();
    }

    protected override void PreRestart(Exception reason, object message)
    {
        Report($"PreRestart {reason.Message} {message}");
        base.PreRestart(reason, message);
    }

    protected override void PostRestart(Exception reason)
    {
        Report($"PostRestart {reason.Message}");
        base.PostRestart(reason);
    }

    protected override void OnReceive(object message)
    {
        _seen++;
        if (message is Crash crash)
        {
            throw new CrashException(crash.Reason);
        }

        Sender.Tell(_seen);
    }

    private void Report(string hook) => _probe.Tell($"{_name}: {hook}");
}
