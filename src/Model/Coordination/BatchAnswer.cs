using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Coordination;

/// <summary>What came of a hand-out of batches.</summary>
/// <param name="Ticket">The hand-out that is answered.</param>
/// <param name="ModelVersion">Version of the parameters it was computed from.</param>
/// <param name="Tally">Loss and hits over its batches.</param>
/// <param name="Work">
/// The gradients, or with local steps by how much the parameters fell, in the set that the hand-out came with.
/// </param>
/// <param name="Evolution">The changes of topologies made by this batch; null if none were asked for.</param>
/// <param name="EvolveSeconds">How long those took to compute.</param>
/// <param name="Seconds">How long the batches took; 0 if that is not known.</param>
internal readonly record struct BatchAnswer(
    long Ticket, long ModelVersion, TrainingTally Tally, WorkSet Work, NetworkEvolution? Evolution = null, double EvolveSeconds = 0,
    double Seconds = 0);
