namespace ActorSparse.Actors.Cluster;

/// <summary>What nodes must agree on before they exchange anything else.</summary>
internal static class NodeProtocol
{
    /// <summary>Version of the messages of the training protocol and of those between nodes.</summary>
    public const int Version = 10;

    /// <summary>Name of every node's actor system.</summary>
    public const string SystemName = "actorsparse";

    /// <summary>Role of a node that may coordinate, in the cluster and on the command line.</summary>
    public const string CoordinatorRole = "coordinator";

    /// <summary>Role of a node with workers, on the command line; it is no member of the cluster.</summary>
    public const string WorkerRole = "worker";

    /// <summary>Name of the cluster's singleton, which others talk to first; the coordinator is below it.</summary>
    public const string GateName = "gate";

    /// <summary>Name of its manager on every node that may coordinate.</summary>
    public const string GateManagerName = "run";

    /// <summary>Path of the gate on the node that coordinates.</summary>
    public const string GatePath = $"/user/{GateManagerName}/{GateName}";
}
