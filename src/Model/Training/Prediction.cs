namespace ActorSparse.Model.Training;

/// <summary>What a network says of one sample.</summary>
public sealed record Prediction
{
    /// <summary>The class, by name or by number if classes have no names; null where samples have no classes.</summary>
    public string? Class { get; init; }

    /// <summary>Number of the class; null where samples have no classes.</summary>
    public int? ClassIndex { get; init; }

    /// <summary>The labels that the sample has; null where samples have no label sets.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>
    /// By name, the probability of each class or label (of two classes with one output that of the second), or each real target in the units
    /// of the data.
    /// </summary>
    public required IReadOnlyDictionary<string, float> Outputs { get; init; }
}
