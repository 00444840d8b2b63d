using Akka.Actor;

namespace Akka.Event;

/// <summary>A message that reached its actor and that no behaviour took.</summary>
public sealed class UnhandledMessage(object message, IActorRef sender, IActorRef recipient)
{
    public object Message { get; } = message;

    public IActorRef Sender { get; } = sender;

    public IActorRef Recipient { get; } = recipient;
}
