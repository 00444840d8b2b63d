using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Coordination;

/// <summary>A batch for one worker.</summary>
/// <param name="Assignment">The batch, and the ticket to answer.</param>
/// <param name="Evolves">Whether an evolution under a guided rule is due and to be made by this batch too.</param>
/// <param name="Work">The parameters to compute on: the receiver's.</param>
public readonly record struct BatchOrder(Assignment Assignment, bool Evolves, WorkSet Work);
