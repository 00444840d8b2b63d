using Akka.Actor;

namespace Akka.Simulation.Internal;

/// <summary>The messages on their way from one actor to another, in the order of sending.</summary>
internal sealed class Channel(SimulationMailbox mailbox)
{
    private readonly Queue<Pending> _messages = new();

    internal IEnumerable<Pending> Messages => _messages;

    internal SimulationMailbox Mailbox { get; } = mailbox;

    internal bool IsEmpty => _messages.Count == 0;

    /// <summary>Whether the message that was added last is the first one.</summary>
    internal bool HasOne => _messages.Count == 1;

    internal Pending First => _messages.Peek();

    internal void Add(in Pending message) => _messages.Enqueue(message);

    internal Pending Take() => _messages.Dequeue();

    /// <param name="Envelope">The message and its sender.</param>
    /// <param name="NotBefore">The virtual time before which it does not arrive.</param>
    /// <param name="IsRepeat">Whether it is the second arrival of a duplicate.</param>
    internal readonly record struct Pending(Envelope Envelope, TimeSpan NotBefore, bool IsRepeat);
}
