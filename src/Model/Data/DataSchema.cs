using System.Text.Json.Serialization;

namespace ActorSparse.Model.Data;

/// <summary>
/// What a trained network must know about its data to be given other data: a checkpoint keeps it. Labels and features of a data set that is
/// loaded with a schema mean what they meant in the training set.
/// </summary>
public sealed record DataSchema
{
    /// <summary>Number of features, n0.</summary>
    public required int FeatureCount { get; init; }

    /// <summary>What the samples have as targets.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<TargetKind>)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public TargetKind TargetKind { get; init; }

    /// <summary>Number of classes; 0 where samples have other targets.</summary>
    public required int ClassCount { get; init; }

    /// <summary>Name of every real target or label; null where samples have classes.</summary>
    public IReadOnlyList<string>? TargetNames { get; init; }

    /// <summary>The training set's mean and deviation of every real target; null where there are none.</summary>
    public Standardization? TargetStandardization { get; init; }

    /// <summary>Name of every class, if the classes have names.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>Number of the first feature in LIBSVM files: 0 or 1.</summary>
    public int IndexBase { get; init; }

    /// <summary>The columns of a table; null for other data.</summary>
    public TableLayout? Table { get; init; }

    /// <summary>How the features are laid out as an image, if they are one.</summary>
    public ImageShape? ImageShape { get; init; }

    /// <summary>The training set's mean and deviation; null if features are taken as they are.</summary>
    public Standardization? Standardization { get; init; }

    /// <summary>The schema of <paramref name="training"/>.</summary>
    internal static DataSchema Of(Dataset training)
    {
        ArgumentNullException.ThrowIfNull(training);
        var classes = training.Targets as ClassTargets;
        return new()
        {
            FeatureCount = training.FeatureCount,
            TargetKind = training.Targets.Kind,
            ClassCount = classes?.Count ?? 0,
            ClassNames = classes?.Names,
            TargetNames = classes is null ? [.. Enumerable.Range(0, training.Targets.Count).Select(training.Targets.NameOf)] : null,
            TargetStandardization = (training.Targets as RealTargets)?.Standardization,
            IndexBase = (training as SparseDataset)?.IndexBase ?? 0,
            Table = training.Table,
            ImageShape = training.ImageShape,
            Standardization = training.Standardization,
        };
    }
}
