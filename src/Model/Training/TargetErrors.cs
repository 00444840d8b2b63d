namespace ActorSparse.Model.Training;

/// <summary>How far predictions of one real target are off, in its own units.</summary>
/// <param name="RootMeanSquaredError">Root of the mean squared error.</param>
/// <param name="MeanAbsoluteError">Mean absolute error.</param>
/// <param name="R2">
/// Coefficient of determination: 1 less the squared errors over those of guessing the mean of the evaluated samples; null where these all
/// have one value.
/// </param>
public readonly record struct TargetErrors(double RootMeanSquaredError, double MeanAbsoluteError, double? R2);
