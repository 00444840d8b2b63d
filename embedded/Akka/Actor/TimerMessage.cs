using Akka.Event;

namespace Akka.Actor;

/// <summary>A timer's message in the mailbox, with what tells whether the timer is still the one that sent it.</summary>
internal sealed class TimerMessage(object key, object message)
    : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public object Key { get; } = key;

    public object Message { get; } = message;

    public override string ToString() => $"TimerMsg(key={Key}, message={Message})";
}
