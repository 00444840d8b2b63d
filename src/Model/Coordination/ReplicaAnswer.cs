using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Coordination;

/// <summary>What came of an epoch of a replica.</summary>
/// <param name="Ticket">The hand-out that is answered.</param>
/// <param name="Round">Round, counted from 0.</param>
/// <param name="Tally">Loss and hits over the epoch.</param>
/// <param name="LearningRate">Learning rate of its last update.</param>
/// <param name="Evolution">What its evolutions removed and grew.</param>
/// <param name="Work">The replica, in the set it was trained in.</param>
internal readonly record struct ReplicaAnswer(
    long Ticket, int Round, TrainingTally Tally, double LearningRate, EvolutionSummary Evolution, WorkSet Work);
