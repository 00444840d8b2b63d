using System.Globalization;
using Akka.Actor;

namespace Akka.Simulation;

/// <summary>One line of a trace.</summary>
/// <param name="Step">The number of the step, from 1.</param>
/// <param name="Time">The virtual time since the start.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Sender">Who sent the message, if one is concerned.</param>
/// <param name="Receiver">The actor concerned, if one is.</param>
/// <param name="Message">The message or the line of the log.</param>
public readonly record struct TraceEntry(long Step, TimeSpan Time, TraceKind Kind, IActorRef? Sender, IActorRef? Receiver, object? Message)
{
    public override string ToString()
    {
        var start = string.Create(CultureInfo.InvariantCulture, $"{Step,6} {Time:c} {Kind,-10}");
        return (Receiver, Sender) switch
        {
            (null, _) => $"{start} {Message}",
            (_, null) => $"{start} {NameOf(Receiver)} {Message}",
            _ => $"{start} {NameOf(Receiver)} <- {NameOf(Sender)}: {Message}",
        };
    }

    private static string NameOf(IActorRef actor) => actor.Path.ToStringWithoutAddress();
}
