using ActorSparse.Model.Coordination;
using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>From a link to its node: the coordinator has dismissed the worker.</summary>
/// <param name="Outcome">How the run ended.</param>
/// <param name="Error">What went wrong, in one line; null if nothing did.</param>
internal sealed record TrainingOver(RunOutcome Outcome, string? Error) : INoSerializationVerificationNeeded;
