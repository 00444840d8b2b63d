using Akka.Actor;

namespace Akka.Event;

/// <summary>Prints log lines on the caller's thread.</summary>
public class StandardOutLogger : MinimalActorRef
{
    public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems, "/StandardOutLogger");

    public override IActorRefProvider Provider => throw new NotSupportedException("This logger does not provide.");

    internal static void Print(LogEvent logEvent) => Console.Out.WriteLine(logEvent.ToString());

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is LogEvent logEvent)
            Print(logEvent);
        else
            Console.Out.WriteLine(message);
    }
}
