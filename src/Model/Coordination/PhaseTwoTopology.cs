namespace ActorSparse.Model.Coordination;

/// <summary>Whose topology evolves in phase two.</summary>
public enum PhaseTwoTopology : byte
{
    /// <summary>
    /// Replicas keep the topology that their round began with; between rounds the average evolves. Weights of different replicas then
    /// belong to the same connections, and their average is one of networks that do the same.
    /// </summary>
    Shared,

    /// <summary>
    /// Every replica evolves by itself (arXiv 2102.01732): the average is made of different topologies and re-sparsified.
    /// </summary>
    Own,
}
