namespace ActorSparse.Model.Training;

/// <summary>How well a network predicts sets of labels: a label is predicted where its output is at least a half.</summary>
/// <param name="SampleCount">Samples evaluated.</param>
/// <param name="MeanLoss">Mean loss of a sample.</param>
/// <param name="Labels">Hits and misses of each label.</param>
/// <param name="ExactCount">Samples all of whose labels are right.</param>
public sealed record LabelEvaluation(int SampleCount, double MeanLoss, IReadOnlyList<HitCounts> Labels, int ExactCount)
    : Evaluation(SampleCount, MeanLoss)
{
    /// <summary>F1 over all labels of all samples; 0 if there are none.</summary>
    public double MicroF1 => Labels.Aggregate(default(HitCounts), (sum, label) => sum + label).F1 ?? 0;

    /// <summary>Mean F1 of the labels, those left out that no sample has and none was predicted to have.</summary>
    public double MacroF1 => HitCounts.MeanF1(Labels);

    /// <summary>Share of samples all of whose labels are right.</summary>
    public double ExactMatch => ExactCount / (double)SampleCount;

    /// <inheritdoc/>
    public override ScoreKind ScoreKind => ScoreKind.MicroF1;

    /// <inheritdoc/>
    public override double Score => MicroF1;

    /// <inheritdoc/>
    public override IReadOnlyList<double> Further => [MacroF1, ExactMatch];
}
