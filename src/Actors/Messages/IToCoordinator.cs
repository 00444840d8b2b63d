namespace ActorSparse.Actors.Messages;

/// <summary>A message to the coordinator.</summary>
public interface IToCoordinator : IProtocolMessage;
