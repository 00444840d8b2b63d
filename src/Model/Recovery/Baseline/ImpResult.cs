namespace ActorSparse.Model.Recovery.Baseline;

/// <summary>What pruning to some number of weights gave.</summary>
/// <param name="Budget">The number that was asked for.</param>
/// <param name="Nonzeros">The number that was left, those of free outputs not counted.</param>
/// <param name="MeanSquaredError">The mean squared error over all samples and outputs.</param>
/// <param name="Network">The network.</param>
internal sealed record ImpResult(int Budget, long Nonzeros, double MeanSquaredError, RecoveredNetwork Network);
