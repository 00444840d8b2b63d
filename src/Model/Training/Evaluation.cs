namespace ActorSparse.Model.Training;

/// <summary>How well a network does on a data set.</summary>
/// <param name="SampleCount">Samples evaluated: all of them, the last incomplete batch included.</param>
/// <param name="MeanLoss">Mean loss of a sample, without dropout, and without class weights unless they were given.</param>
/// <param name="ConfusionMatrix">Samples by actual (first index) and predicted class.</param>
public sealed record Evaluation(int SampleCount, double MeanLoss, int[,] ConfusionMatrix)
{
    /// <summary>Fraction of the samples classified rightly, 0 to 1.</summary>
    public double Accuracy => CorrectCount / (double)SampleCount;

    /// <summary>Samples classified rightly.</summary>
    public int CorrectCount => Enumerable.Range(0, ConfusionMatrix.GetLength(0)).Sum(label => ConfusionMatrix[label, label]);
}
