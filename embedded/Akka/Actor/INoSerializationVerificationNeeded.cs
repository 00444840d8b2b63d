namespace Akka.Actor;

/// <summary>Marks a message that never leaves the process, so that <c>serialize-messages</c> passes it over.</summary>
public interface INoSerializationVerificationNeeded;
