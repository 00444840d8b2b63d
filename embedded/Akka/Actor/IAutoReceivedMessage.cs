namespace Akka.Actor;

/// <summary>Marks a message that the runtime handles before the actor's behaviour sees it.</summary>
public interface IAutoReceivedMessage;
