namespace ActorSparse.Model.Data.Generators;

/// <summary>Sizes of a generated Madelon set; the defaults are those of the published one.</summary>
public sealed record MadelonOptions
{
    /// <summary>Training samples.</summary>
    public int TrainCount { get; init; } = 2000;

    /// <summary>Test samples.</summary>
    public int TestCount { get; init; } = 600;

    /// <summary>Dimensions of the hypercube: features that the classes depend on.</summary>
    public int InformativeCount { get; init; } = 5;

    /// <summary>Features that are random linear combinations of the informative ones.</summary>
    public int RedundantCount { get; init; } = 15;

    /// <summary>Features that tell nothing.</summary>
    public int ProbeCount { get; init; } = 480;

    /// <summary>Probability that a label is the wrong one.</summary>
    public double FlipProbability { get; init; } = 0.01;

    /// <summary>Half the side of the hypercube, in deviations of a cluster before it is given its covariance.</summary>
    public double ClassSeparation { get; init; } = 2;
}
