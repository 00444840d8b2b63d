namespace ActorSparse.Model.Training;

/// <summary>How well a network does on a data set.</summary>
/// <param name="SampleCount">Samples evaluated: all of them, the last incomplete batch included.</param>
/// <param name="MeanLoss">Mean loss of a sample, without dropout, and without class weights unless they were given.</param>
public abstract record Evaluation(int SampleCount, double MeanLoss)
{
    /// <summary>By what networks for such data are compared.</summary>
    public abstract ScoreKind ScoreKind { get; }

    /// <summary>The score.</summary>
    public abstract double Score { get; }

    /// <summary>The other measures, in the order of <see cref="ScoreKind.Further"/>; finite where the network's outputs are.</summary>
    public abstract IReadOnlyList<double> Further { get; }
}
