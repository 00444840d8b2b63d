namespace ActorSparse.Actors.Messages;

/// <summary>A request of the coordinator to the topology actor, the evaluator or the checkpoint writer.</summary>
internal interface IToHelper : ILocalMessage;
