namespace Akka.Actor;

/// <summary>Marks a message that does not start the receive timeout anew.</summary>
public interface INotInfluenceReceiveTimeout;
