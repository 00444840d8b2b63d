using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>How a mode of training ended.</summary>
/// <param name="State">Where training stands.</param>
/// <param name="Failure">Why it diverged, also at half the learning rate; null if it did not.</param>
/// <param name="Facts">What only runs with workers know.</param>
internal sealed record ModeResult(TrainingState State, string? Failure = null, DistributedFacts? Facts = null);
