using Akka.Actor;

namespace Akka.Conformance.Support;

/// <summary>Answers with the number of messages that this instance has seen; crashes when told to.</summary>
public sealed class Counter : UntypedActor
{
    private int _seen;

    public static Props Props { get; } = Akka.Actor.Props.Create(() => new Counter());

    protected override void OnReceive(object message)
    {
        _seen++;
        if (message is Crash crash)
        {
            throw new CrashException(crash.Reason);
        }

        Sender.Tell(_seen);
    }
}
