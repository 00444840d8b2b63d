namespace ActorSparse.Actors.Messages;

/// <summary>A message to the coordinator.</summary>
internal interface IToCoordinator : IProtocolMessage;
