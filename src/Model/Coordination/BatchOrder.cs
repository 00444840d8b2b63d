using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Coordination;

/// <summary>A batch for one worker.</summary>
/// <param name="Assignment">The batch, and the ticket to answer.</param>
/// <param name="EvolveWith">The update, counted from 0, whose evolution is to be made by this batch too; null for none.</param>
/// <param name="Work">The parameters to compute on: the receiver's.</param>
public readonly record struct BatchOrder(Assignment Assignment, long? EvolveWith, WorkSet Work);
