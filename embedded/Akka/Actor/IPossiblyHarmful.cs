namespace Akka.Actor;

/// <summary>Marks a message that an untrusted peer must not be able to send.</summary>
public interface IPossiblyHarmful;
