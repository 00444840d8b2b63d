using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ActorSparse.Host.Runs;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Comparisons;

/// <summary>
/// One epoch of one run of a comparison: the properties, in this order and in snake_case, are the columns of comparison.csv.
/// </summary>
internal sealed record ComparisonRow
{
    /// <summary>Sparsity of the network as asked for, 0 to 1; null if --epsilon said it.</summary>
    public double? Sparsity { get; init; }

    /// <summary>Name of the topology rule.</summary>
    public required string Rule { get; init; }

    /// <summary>Seed of the run.</summary>
    public required long Seed { get; init; }

    /// <summary>Epoch, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Stored connections of all layers after the epoch.</summary>
    public required long Connections { get; init; }

    /// <summary>Mean training loss over the epoch, with dropout.</summary>
    public required double Loss { get; init; }

    /// <summary>
    /// Mean loss on the test samples, or on the validation samples if there are some: then the columns are called so. Null if they were not
    /// evaluated.
    /// </summary>
    public double? TestLoss { get; init; }

    /// <summary>Score on the same; null if they were not evaluated. Its column is called what it is: test_accuracy.</summary>
    public double? TestScore { get; init; }

    /// <summary>
    /// In the last row of a run with validation samples: score on the test samples of the network that was best on those. The last column
    /// then, test_accuracy; else there is none.
    /// </summary>
    [JsonIgnore]
    public double? ChosenTestScore { get; init; }

    /// <summary>What epochs are evaluated on. Not a column.</summary>
    [JsonIgnore]
    public EvaluationRole EvaluatedOn { get; init; }

    /// <summary>What the score is. Not a column.</summary>
    [JsonIgnore]
    public ScoreKind ScoreKind { get; init; } = ScoreKind.Accuracy;

    /// <summary>Best score so far on the samples that epochs are evaluated on, of a network as sparse as asked for. Not a column.</summary>
    [JsonIgnore]
    public double? BestScore { get; init; }

    /// <summary>Epochs of the whole run. Not a column.</summary>
    [JsonIgnore]
    public int Epochs { get; init; }

    /// <summary>Whether the rule needs the memory of a dense network. Not a column.</summary>
    [JsonIgnore]
    public bool NeedsDenseMemory { get; init; }

    /// <summary>
    /// Most bytes of native memory that the run had in use at once so far: parameters, momentum, gradients, activations, and whatever its rule
    /// needs; samples and what .NET itself takes are left out.
    /// </summary>
    public required long PeakBytes { get; init; }

    /// <summary>Seconds of the epoch's batches.</summary>
    public required double TrainSeconds { get; init; }

    /// <summary>Seconds of the epoch's evolutions.</summary>
    public required double EvolveSeconds { get; init; }

    /// <summary>Connections grown.</summary>
    public required long Grown { get; init; }

    /// <summary>Floating-point operations of the epoch, evaluation left out.</summary>
    public required long Operations { get; init; }

    /// <summary>Those of its evolutions.</summary>
    public required long EvolutionOperations { get; init; }

    /// <summary>Gradients of absent connections that its evolutions computed.</summary>
    public required long EvolutionGradients { get; init; }

    /// <summary>Candidates that they drew.</summary>
    public required long EvolutionDraws { get; init; }

    /// <summary>The columns of a row.</summary>
    public static JsonObject Columns(ComparisonRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var columns = ScoreColumns.Name(HostJson.ColumnsOf(row), row.ScoreKind, row.EvaluatedOn);
        if (row.EvaluatedOn == EvaluationRole.Validation) columns["test_" + row.ScoreKind.Key] = HostJson.Number(row.ChosenTestScore);
        return columns;
    }
}
