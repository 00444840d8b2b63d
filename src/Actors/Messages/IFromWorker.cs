namespace ActorSparse.Actors.Messages;

/// <summary>A message from a worker to the coordinator.</summary>
internal interface IFromWorker : IToCoordinator
{
    /// <summary>Name of the worker, unique in the run.</summary>
    string Worker { get; }

    /// <summary>Which life of that worker speaks: ascending with every restart.</summary>
    long Incarnation { get; }
}
