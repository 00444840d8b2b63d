using Akka.Actor;

namespace Akka.TestKit;

/// <summary>What a test actor has received.</summary>
public abstract class MessageEnvelope
{
    public abstract object Message { get; }

    public abstract IActorRef Sender { get; }
}
