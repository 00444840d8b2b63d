namespace ActorSparse.Model.Data;

/// <summary>A column of a table that is a feature, or one for each of its categories.</summary>
public sealed record FeatureColumn
{
    /// <summary>Its name; null if the table has no header.</summary>
    public string? Name { get; init; }

    /// <summary>Its categories, in the order of the features that they are: 1 for the one that a sample has; null for numbers.</summary>
    public IReadOnlyList<string>? Levels { get; init; }

    /// <summary>What takes the place of a missing value (of a category: nothing); null if none may be missing.</summary>
    public float? Fill { get; init; }

    /// <summary>How many features it is.</summary>
    internal int FeatureCount => Levels?.Count ?? 1;
}
