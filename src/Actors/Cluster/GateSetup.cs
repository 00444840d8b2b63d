using ActorSparse.Model.Networks;

namespace ActorSparse.Actors.Cluster;

/// <summary>What a coordinator's gate is created with.</summary>
/// <param name="Training">What is trained, for nodes that ask.</param>
/// <param name="MinWorkers">Workers that must be there before the first of them may begin.</param>
/// <param name="Network">The network, which bounds how large an honest message is.</param>
public sealed record GateSetup(Nodes.Training Training, int MinWorkers, NetworkSpec Network);
