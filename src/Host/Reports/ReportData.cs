using ActorSparse.Model.Training;

namespace ActorSparse.Host.Reports;

/// <summary>What a report shows.</summary>
public sealed record ReportData
{
    /// <summary>Name of the run.</summary>
    public required string Name { get; init; }

    /// <summary>Facts about the run, each with its name.</summary>
    public required IReadOnlyList<(string Name, string Value)> Facts { get; init; }

    /// <summary>The rows of the metrics.</summary>
    public required IReadOnlyList<EpochMetrics> Rows { get; init; }

    /// <summary>The configuration as stored.</summary>
    public required string Configuration { get; init; }

    /// <summary>Test samples by true class (row) and predicted class (column), if there is an evaluation.</summary>
    public int[,]? Confusion { get; init; }

    /// <summary>Names of the classes, if they have any.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>Outgoing connections of every pixel, all channels together, rows of the image first; null if the data is no
    /// image.</summary>
    public int[,]? InputConnections { get; init; }
}
