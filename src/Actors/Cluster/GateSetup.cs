namespace ActorSparse.Actors.Cluster;

/// <summary>What a coordinator's gate is opened with.</summary>
/// <param name="Training">What is trained or recovered, for nodes that ask.</param>
/// <param name="MinWorkers">Workers that must be there before the first of them may begin.</param>
/// <param name="Format">How the messages of the run travel and how large an honest one is.</param>
internal sealed record GateSetup(Nodes.Training Training, int MinWorkers, LinkFormat Format);
