using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Coordination;

/// <summary>What came of a batch.</summary>
/// <param name="Ticket">The hand-out that is answered.</param>
/// <param name="ModelVersion">Version of the parameters it was computed from.</param>
/// <param name="Result">Loss and hits.</param>
/// <param name="Work">The gradients, in the set they were computed in.</param>
/// <param name="Evolution">The changes of topologies made by this batch; null if none were asked for.</param>
/// <param name="EvolveSeconds">How long those took to compute.</param>
public readonly record struct BatchAnswer(
    long Ticket, long ModelVersion, BatchResult Result, WorkSet Work, NetworkEvolution? Evolution = null, double EvolveSeconds = 0);
