using ActorSparse.Model.Networks;

namespace ActorSparse.Actors.Messages;

/// <summary>A worker's request for its next piece of work, with or without a result of the last one.</summary>
internal interface IWorkRequest : IFromWorker
{
    /// <summary>Number of this request, ascending in one life of the worker; the answer repeats it.</summary>
    long RequestId { get; }

    /// <summary>
    /// The replica that the worker had: the coordinator's from now on, who sends it back with the answer. Null if it has none.
    /// </summary>
    Lease<WorkSet>? Work { get; }

    /// <summary>The topologies that the worker knows, layer by layer: the indices of no other need to be sent. Empty if none.</summary>
    IReadOnlyList<ulong> KnownTopologyIds { get; }
}
