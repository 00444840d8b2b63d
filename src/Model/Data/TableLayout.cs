namespace ActorSparse.Model.Data;

/// <summary>
/// How a table lies in features and targets: what is settled by the training set, so that another table may have its columns in another
/// order.
/// </summary>
public sealed record TableLayout
{
    /// <summary>The columns that are features, in the order of the features.</summary>
    public required IReadOnlyList<FeatureColumn> Columns { get; init; }

    /// <summary>Names of the columns that are targets, in the order of the targets; null if they have none or lie apart.</summary>
    public IReadOnlyList<string>? Targets { get; init; }

    /// <summary>Names of the columns that were left out; null if there are none, or they have no names.</summary>
    public IReadOnlyList<string>? Ignored { get; init; }

    /// <summary>Number of features.</summary>
    internal int FeatureCount => Columns.Sum(column => column.FeatureCount);

    /// <summary>Whether the columns have names: if one has, all have.</summary>
    internal bool HasNames => Columns[0].Name is not null;
}
