using Akka.Actor;

namespace Akka.Event;

/// <summary>Logs dead letters and unhandled messages, up to <c>akka.log-dead-letters</c> of them.</summary>
internal sealed class DeadLetterListener : MinimalActorRef
{
    private ActorSystemImpl? _system;
    private int _count;

    public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems, "/DeadLetterListener");

    public override IActorRefProvider Provider => throw new NotSupportedException("The dead letter listener does not provide");

    public void Start(ActorSystemImpl system)
    {
        _system = system;
        if (system.Settings.LogDeadLetters > 0)
            system.EventStream.Subscribe(this, typeof(DeadLetter));
        if (system.Settings.LogDeadLetters > 0 || system.Settings.DebugUnhandledMessage)
            system.EventStream.Subscribe(this, typeof(UnhandledMessage));
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        switch (message)
        {
            case DeadLetter letter:
                Log(letter.Message, letter.Sender, letter.Recipient, delivered: false);
                break;
            case UnhandledMessage unhandled:
                Log(unhandled.Message, unhandled.Sender, unhandled.Recipient, delivered: true);
                LogForDebugging(unhandled);
                break;
        }
    }

    private void Log(object message, IActorRef sender, IActorRef recipient, bool delivered)
    {
        var limit = _system!.Settings.LogDeadLetters;
        var count = Interlocked.Increment(ref _count);
        if (count > limit)
            return;
        var from = sender.Equals(_system.DeadLetters) ? "" : $" from {sender}";
        var outcome = delivered ? "was unhandled" : "was not delivered";
        var last = count == limit ? ", no more dead letters will be logged" : "";
        var reason = delivered
            ? ""
            : $" If this is not an expected behavior then {recipient} may have terminated unexpectedly.";
        var text = $"Message [{message.GetType().Name}]{from} to {recipient} {outcome}. [{count}] dead letters encountered{last}.{reason} "
            + "This logging can be turned off or adjusted with configuration settings 'akka.log-dead-letters' and "
            + $"'akka.log-dead-letters-during-shutdown'. Message content: {message}";
        _system.EventStream.Publish(new Info(recipient.Path.ToString(), recipient.GetType(), text));
    }

    private void LogForDebugging(UnhandledMessage unhandled)
    {
        if (!_system!.Settings.DebugUnhandledMessage)
            return;
        var text = $"Unhandled message from {unhandled.Sender.Path} : {unhandled.Message}";
        _system.EventStream.Publish(new Debug(unhandled.Recipient.Path.ToString(), unhandled.Recipient.GetType(), text));
    }
}
