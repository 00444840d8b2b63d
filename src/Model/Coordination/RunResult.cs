using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Coordination;

/// <summary>How a run ended.</summary>
/// <param name="Outcome">Completed, stopped or failed.</param>
/// <param name="Error">What went wrong, in one line; null if nothing did.</param>
/// <param name="Status">Where it stood at the end.</param>
/// <param name="Network">The network as it was then: the caller's.</param>
internal sealed record RunResult(RunOutcome Outcome, string? Error, RunStatus Status, Network Network);
