using Akka.Actor;
using Akka.Dispatch;

namespace Akka.Simulation.Internal;

/// <summary>A mailbox with what is still on its way to it.</summary>
internal sealed class SimulationMailbox(ActorCell cell, MessageDispatcher dispatcher) : Mailbox(cell, dispatcher)
{
    // Ordering is between whoever runs when a message is sent and the receiver, whomever the message names as its sender.
    private readonly Dictionary<object, Channel> _channels = new(ReferenceEqualityComparer.Instance);

    internal Channel ChannelFrom(object origin)
    {
        if (!_channels.TryGetValue(origin, out var channel))
            channel = _channels[origin] = new Channel(this);

        return channel;
    }
}
