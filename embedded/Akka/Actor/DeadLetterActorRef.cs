using Akka.Event;

namespace Akka.Actor;

/// <summary>Publishes what it is sent as <see cref="DeadLetter"/> on the event stream.</summary>
internal sealed class DeadLetterActorRef(IActorRefProvider provider, ActorPath path, EventStream eventStream)
    : EmptyLocalActorRef(provider, path, eventStream)
{
    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is AllDeadLetters deadLetter)
            EventStream.Publish(deadLetter);
        else if (!HandleSpecially(message, sender))
            Publish(EventStream, message, sender, this, this);
    }

    public static void Publish(EventStream eventStream, object message, IActorRef? sender, IActorRef recipient, IActorRef deadLetters)
    {
        sender ??= deadLetters;
        eventStream.Publish(message is IDeadLetterSuppression suppressed
            ? new SuppressedDeadLetter(suppressed, sender, recipient)
            : new DeadLetter(message, sender, recipient));
    }
}
