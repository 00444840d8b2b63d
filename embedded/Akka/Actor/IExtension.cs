namespace Akka.Actor;

/// <summary>Marks something of which each system has at most one.</summary>
public interface IExtension;
