namespace ActorSparse.Actors.Messages;

/// <summary>A message from the coordinator to a worker.</summary>
internal interface IToWorker : IProtocolMessage
{
    /// <summary>Name of the worker.</summary>
    string Worker { get; }

    /// <summary>Which life of that worker is meant; another one drops the message.</summary>
    long Incarnation { get; }
}
