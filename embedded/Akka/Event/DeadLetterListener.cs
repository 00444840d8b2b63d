using Akka.Actor;

namespace Akka.Event;

/// <summary>Logs dead letters, up to <c>akka.log-dead-letters</c> of them, and unhandled messages where debugging asks for that.</summary>
internal sealed class DeadLetterListener : MinimalActorRef
{
    private ActorSystemImpl? _system;
    private int _count;

    public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems, "/DeadLetterListener");

    public override IActorRefProvider Provider => throw new NotSupportedException("The dead letter listener does not provide");

    /// <returns>Whether dead letters are to be logged at all.</returns>
    public bool Start(ActorSystemImpl system)
    {
        _system = system;
        return system.Settings.LogDeadLetters > 0;
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is UnhandledMessage unhandled)
            _system!.EventStream.Publish(new Debug(unhandled.Recipient.Path.ToString(), unhandled.Recipient.GetType(), Describe(unhandled)));
        else if (message is DeadLetter letter)
            Log(letter, Interlocked.Increment(ref _count));
    }

    private void Log(DeadLetter letter, int count)
    {
        if (count <= _system!.Settings.LogDeadLetters)
            _system.EventStream.Publish(new Info(letter.Recipient.Path.ToString(), letter.Recipient.GetType(), Describe(letter, count)));
    }

    private static string Describe(UnhandledMessage unhandled) => $"Unhandled message from {unhandled.Sender} : {unhandled.Message}";

    private string Describe(DeadLetter letter, int count)
    {
        var last = count == _system!.Settings.LogDeadLetters ? ", no more dead letters will be logged" : "";
        return $"Message [{letter.Message.GetType().Name}] from {letter.Sender} to {letter.Recipient} was not delivered. "
            + $"[{count}] dead letters encountered{last}. If this is not an expected behavior then {letter.Recipient} may have terminated "
            + "unexpectedly. This logging can be turned off or adjusted with configuration settings 'akka.log-dead-letters' and "
            + $"'akka.log-dead-letters-during-shutdown'. Message content: {letter.Message}";
    }
}
