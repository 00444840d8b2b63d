using ActorSparse.Model.Coordination;

namespace ActorSparse.Actors.Cluster;

/// <summary>What a coordinator's gate is created with.</summary>
/// <param name="Training">What is trained, for nodes that ask.</param>
/// <param name="MinWorkers">Workers that must be there before the first of them may begin.</param>
/// <param name="Job">The same as the coordinator has it: how its messages travel and how large an honest one is.</param>
internal sealed record GateSetup(Nodes.Training Training, int MinWorkers, TrainingJob Job);
