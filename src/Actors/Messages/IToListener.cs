namespace ActorSparse.Actors.Messages;

/// <summary>A report of the coordinator to whoever started the run.</summary>
internal interface IToListener : ILocalMessage;
