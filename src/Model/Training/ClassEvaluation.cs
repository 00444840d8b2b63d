namespace ActorSparse.Model.Training;

/// <summary>How well a network tells classes apart.</summary>
/// <param name="SampleCount">Samples evaluated.</param>
/// <param name="MeanLoss">Mean loss of a sample.</param>
/// <param name="ConfusionMatrix">Samples by actual (first index) and predicted class.</param>
public sealed record ClassEvaluation(int SampleCount, double MeanLoss, int[,] ConfusionMatrix) : Evaluation(SampleCount, MeanLoss)
{
    /// <summary>Fraction of the samples classified rightly, 0 to 1.</summary>
    public double Accuracy => CorrectCount / (double)SampleCount;

    /// <summary>Samples classified rightly.</summary>
    public int CorrectCount => Enumerable.Range(0, ConfusionMatrix.GetLength(0)).Sum(label => ConfusionMatrix[label, label]);

    /// <summary>Mean F1 of the classes, those left out that no sample has and none was predicted to have.</summary>
    public double MacroF1 => HitCounts.MeanF1(Enumerable.Range(0, ConfusionMatrix.GetLength(0)).Select(Of));

    /// <inheritdoc/>
    public override ScoreKind ScoreKind => ScoreKind.Accuracy;

    /// <inheritdoc/>
    public override double Score => Accuracy;

    /// <inheritdoc/>
    public override IReadOnlyList<double> Further => [MacroF1];

    /// <summary>Hits and misses of one class.</summary>
    public HitCounts Of(int label)
    {
        var (samples, predicted) = (0, 0);
        for (var other = 0; other < ConfusionMatrix.GetLength(0); other++)
        {
            samples += ConfusionMatrix[label, other];
            predicted += ConfusionMatrix[other, label];
        }
        var right = ConfusionMatrix[label, label];
        return new(right, predicted - right, samples - right);
    }
}
