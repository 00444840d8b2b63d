using ActorSparse.Model.Data;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Reports;

/// <summary>What a report shows.</summary>
internal sealed record ReportData
{
    /// <summary>Name of the run.</summary>
    public required string Name { get; init; }

    /// <summary>Facts about the run, each with its name.</summary>
    public required IReadOnlyList<(string Name, string Value)> Facts { get; init; }

    /// <summary>The rows of the metrics.</summary>
    public required IReadOnlyList<EpochMetrics> Rows { get; init; }

    /// <summary>The configuration as stored.</summary>
    public required string Configuration { get; init; }

    /// <summary>What the best network does on the samples of <see cref="EvaluatedOn"/>, if there is one.</summary>
    public Evaluation? Evaluation { get; init; }

    /// <summary>Which samples these are.</summary>
    public EvaluationRole EvaluatedOn { get; init; }

    /// <summary>The targets of the training samples, for their names; null if nobody knows them.</summary>
    public Targets? Targets { get; init; }

    /// <summary>The network as an HTML element; empty if it is a chain.</summary>
    public string Drawing { get; init; } = "";

    /// <summary>Outgoing connections of every pixel, all channels together, rows of the image first; null if the data is no
    /// image.</summary>
    public int[,]? InputConnections { get; init; }
}
