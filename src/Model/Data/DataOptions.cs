namespace ActorSparse.Model.Data;

/// <summary>Which data to train and test on: a named set (<see cref="Name"/>) or files (<see cref="Train"/>, <see cref="Test"/>), and how to read them.</summary>
public sealed record DataOptions
{
    /// <summary>A data set known by name, see <see cref="DataSource.Names"/>; null for files.</summary>
    public string? Name { get; init; }

    /// <summary>Folder in which a named data set's files are looked for first.</summary>
    public string? DataFolder { get; init; }

    /// <summary>File of the training set; for IDX the one with the samples.</summary>
    public string? Train { get; init; }

    /// <summary>File of the test set; without it, a part of the training set is held out.</summary>
    public string? Test { get; init; }

    /// <summary>File of the training labels, where they are apart; null looks beside the samples, by the format's usual name.</summary>
    public string? TrainLabels { get; init; }

    /// <summary>File of the test labels, like <see cref="TrainLabels"/>.</summary>
    public string? TestLabels { get; init; }

    /// <summary>Number of classes, if the data cannot tell.</summary>
    public int? ClassCount { get; init; }

    /// <summary>What standardisation does, with the mean and deviation of the training set.</summary>
    public StandardizationMode Standardize { get; init; } = StandardizationMode.Auto;
}
