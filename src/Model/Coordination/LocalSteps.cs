namespace ActorSparse.Model.Coordination;

/// <summary>How a worker trains by itself on the batches of a hand-out.</summary>
/// <param name="RateScale">What the job's learning rate is multiplied by.</param>
/// <param name="Share">What the coordinator multiplies differences with when it applies them, above 0 to 1.</param>
/// <param name="MissingTicket">
/// The worker's hand-out whose difference the parameters that it gets do not have yet; 0 if they have all.
/// </param>
internal readonly record struct LocalSteps(double RateScale, double Share, long MissingTicket);
