namespace ActorSparse.Model.Data.Generators;

/// <summary>Sizes of a data set whose labels a sparse teacher network gives.</summary>
public sealed record PlantedOptions
{
    /// <summary>Training samples.</summary>
    public int TrainCount { get; init; } = 10_000;

    /// <summary>Test samples.</summary>
    public int TestCount { get; init; } = 2_000;

    /// <summary>Features of a sample.</summary>
    public int FeatureCount { get; init; } = 1_000;

    /// <summary>Fraction of features that are not zero; below 1 the data set is sparse.</summary>
    public double Density { get; init; } = 1;

    /// <summary>Hidden neurons of the teacher.</summary>
    public int HiddenCount { get; init; } = 20;

    /// <summary>Connections into each neuron of the teacher (fewer where its layer below has fewer neurons).</summary>
    public int FanIn { get; init; } = 5;

    /// <summary>Classes: output neurons of the teacher.</summary>
    public int ClassCount { get; init; } = 2;

    /// <summary>Probability that a label is replaced by another one.</summary>
    public double LabelNoise { get; init; }
}
