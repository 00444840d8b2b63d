namespace ActorSparse.Actors.Cluster;

/// <summary>A node was removed from its cluster while it was training: the others take it for dead, and go on without it.</summary>
internal sealed class NodeRemovedException : Exception
{
    /// <summary>Without a message.</summary>
    public NodeRemovedException() { }

    /// <summary>With a message.</summary>
    public NodeRemovedException(string message) : base(message) { }

    /// <summary>With a message and what caused it.</summary>
    public NodeRemovedException(string message, Exception innerException) : base(message, innerException) { }
}
