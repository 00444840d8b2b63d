using Akka.Actor;

namespace Akka.Simulation.Internal;

/// <summary>The messages on their way from one actor to another, in the order of sending.</summary>
internal sealed class Channel(Receiver receiver)
{
    internal Receiver Receiver { get; } = receiver;

    internal Queue<Pending> Messages { get; } = new();

    /// <param name="Envelope">The message and its sender.</param>
    /// <param name="NotBefore">The virtual time before which it does not arrive.</param>
    /// <param name="IsRepeat">Whether it is the second arrival of a duplicate.</param>
    internal readonly record struct Pending(Envelope Envelope, TimeSpan NotBefore, bool IsRepeat);
}
