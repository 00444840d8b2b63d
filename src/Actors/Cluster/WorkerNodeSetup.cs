using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>What a worker node is created with.</summary>
internal sealed record WorkerNodeSetup
{
    /// <summary>Addresses of the actor systems that may coordinate, as in akka.tcp://actorsparse@localhost:4053.</summary>
    public required IReadOnlyList<Address> Coordinators { get; init; }

    /// <summary>Number of workers on this node.</summary>
    public required int Workers { get; init; }

    /// <summary>Begin of the workers' names, different on every node.</summary>
    public required string Name { get; init; }

    /// <summary>Threads that compute one batch together.</summary>
    public required int Threads { get; init; }

    /// <summary>
    /// Opens the data of a run and makes its job, with the hash of the training set and that of the configuration as found here.
    /// Called on a thread of its own; throws <see cref="Model.InvalidInputException"/> if this node cannot take part.
    /// </summary>
    public required Func<Nodes.Training, WorkerJob> Open { get; init; }

    /// <summary>Is told, in one line each, what happens on the node.</summary>
    public required Action<string> Say { get; init; }

    /// <summary>Later lives of workers have larger numbers, also across the actor systems of one process.</summary>
    public required Func<long> NextIncarnation { get; init; }
}
