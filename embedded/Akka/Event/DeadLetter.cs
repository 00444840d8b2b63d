using Akka.Actor;

namespace Akka.Event;

/// <summary>A message to an actor that does not exist, or no longer.</summary>
public sealed class DeadLetter(object message, IActorRef sender, IActorRef recipient) : AllDeadLetters(message, sender, recipient);
