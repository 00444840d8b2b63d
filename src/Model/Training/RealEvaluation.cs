namespace ActorSparse.Model.Training;

/// <summary>How far a network's predictions of real targets are off.</summary>
/// <param name="SampleCount">Samples evaluated.</param>
/// <param name="MeanLoss">Mean loss of a sample.</param>
/// <param name="Targets">The errors of each target in its own units.</param>
/// <param name="RootMeanSquaredError">That of all targets, in the unit of <see cref="Data.RealTargets.Unit"/>.</param>
/// <param name="MeanAbsoluteError">That of all targets, likewise.</param>
public sealed record RealEvaluation(
    int SampleCount, double MeanLoss, IReadOnlyList<TargetErrors> Targets, double RootMeanSquaredError, double MeanAbsoluteError)
    : Evaluation(SampleCount, MeanLoss)
{
    /// <summary>Mean over the targets that have one; 0 if none has.</summary>
    public double R2 => Targets.Average(target => target.R2) ?? 0;

    /// <inheritdoc/>
    public override ScoreKind ScoreKind => ScoreKind.RootMeanSquaredError;

    /// <inheritdoc/>
    public override double Score => RootMeanSquaredError;

    /// <inheritdoc/>
    public override IReadOnlyList<double> Further => [MeanAbsoluteError, R2];
}
