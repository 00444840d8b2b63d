using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;

namespace ActorSparse.Actors.Messages;

/// <summary>The coordinator's answer to a worker's request: what to do next.</summary>
internal interface IWorkAnswer : IToWorker
{
    /// <summary>The request that is answered; a worker drops answers to any but its latest.</summary>
    long RequestId { get; }

    /// <summary>Why what the request brought was not used; <see cref="RefusalReason.None"/> if it was.</summary>
    RefusalReason Refusal { get; }

    /// <summary>The replica to work on: the worker's from now on.</summary>
    Lease<WorkSet> Work { get; }
}
