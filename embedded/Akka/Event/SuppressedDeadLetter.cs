using Akka.Actor;

namespace Akka.Event;

/// <summary>A dead letter whose message says that its loss is ordinary.</summary>
public sealed class SuppressedDeadLetter(IDeadLetterSuppression message, IActorRef sender, IActorRef recipient)
    : AllDeadLetters(message, sender, recipient);
