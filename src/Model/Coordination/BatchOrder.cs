using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Coordination;

/// <summary>Batches for one worker.</summary>
/// <param name="Assignment">The batches, and the ticket to answer.</param>
/// <param name="Evolves">Whether an evolution under a guided rule is due and to be made by this batch too.</param>
/// <param name="Work">The parameters to compute on: the receiver's.</param>
/// <param name="LocalSteps">How the worker trains on them by itself; null if it is to send the gradient of one batch.</param>
internal readonly record struct BatchOrder(Assignment Assignment, bool Evolves, WorkSet Work, LocalSteps? LocalSteps = null);
