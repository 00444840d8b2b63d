namespace ActorSparse.Model.Data;

/// <summary>
/// What a trained network must know about its data to be given other data: a checkpoint keeps it. Labels and features of a data set that is
/// loaded with a schema mean what they meant in the training set.
/// </summary>
public sealed record DataSchema
{
    /// <summary>Number of features, n0.</summary>
    public required int FeatureCount { get; init; }

    /// <summary>Number of classes.</summary>
    public required int ClassCount { get; init; }

    /// <summary>Name of every class, if the classes have names.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>Number of the first feature in LIBSVM files: 0 or 1.</summary>
    public int IndexBase { get; init; }

    /// <summary>How the features are laid out as an image, if they are one.</summary>
    public ImageShape? ImageShape { get; init; }

    /// <summary>The training set's mean and deviation; null if features are taken as they are.</summary>
    public Standardization? Standardization { get; init; }

    /// <summary>The schema of <paramref name="training"/>.</summary>
    public static DataSchema Of(Dataset training)
    {
        ArgumentNullException.ThrowIfNull(training);
        return new()
        {
            FeatureCount = training.FeatureCount,
            ClassCount = training.ClassCount,
            ClassNames = training.ClassNames,
            IndexBase = (training as SparseDataset)?.IndexBase ?? 0,
            ImageShape = training.ImageShape,
            Standardization = training.Standardization,
        };
    }
}
