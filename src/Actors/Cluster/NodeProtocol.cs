namespace ActorSparse.Actors.Cluster;

/// <summary>What nodes must agree on before they exchange anything else.</summary>
public static class NodeProtocol
{
    /// <summary>Version of the messages of the training protocol and of those between nodes.</summary>
    public const int Version = 3;

    /// <summary>Name of every node's actor system.</summary>
    public const string SystemName = "actorsparse";

    /// <summary>Role of the node with the coordinator.</summary>
    public const string CoordinatorRole = "coordinator";

    /// <summary>Role of the nodes with workers.</summary>
    public const string WorkerRole = "worker";

    /// <summary>Name of the coordinator node's actor that others talk to first.</summary>
    public const string GateName = "gate";
}
