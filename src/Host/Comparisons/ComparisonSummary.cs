using System.Text.Json.Serialization;
using ActorSparse.Model.Training;
using MathNet.Numerics.Statistics;

namespace ActorSparse.Host.Comparisons;

/// <summary>What one rule did at one sparsity, over its seeds.</summary>
internal sealed record ComparisonSummary
{
    /// <summary>Sparsity as asked for; null if --epsilon said it.</summary>
    public double? Sparsity { get; init; }

    /// <summary>Name of the topology rule.</summary>
    public required string Rule { get; init; }

    /// <summary>Number of runs that came to an end.</summary>
    public required int Runs { get; init; }

    /// <summary>Connections after training, mean over the runs.</summary>
    public required double Connections { get; init; }

    /// <summary>
    /// Score on the test samples, mean over the runs: after the last epoch, or with validation samples of the network that was best on those;
    /// null if no run came to an end.
    /// </summary>
    public double? Score { get; init; }

    /// <summary>Standard deviation of that score between runs (n - 1 in the denominator); null for fewer than two.</summary>
    public double? ScoreDeviation { get; init; }

    /// <summary>Best score of any epoch on the samples that epochs are evaluated on, mean over the runs.</summary>
    public double? BestScore { get; init; }

    /// <summary>What epochs are evaluated on.</summary>
    [JsonIgnore]
    public EvaluationRole EvaluatedOn { get; init; }

    /// <summary>What the score is.</summary>
    [JsonIgnore]
    public ScoreKind ScoreKind { get; init; } = ScoreKind.Accuracy;

    /// <summary>Whether the rule needs the memory of a dense network: a baseline.</summary>
    public required bool NeedsDenseMemory { get; init; }

    /// <summary>Most bytes of native memory that a run had in use at once, samples left out, mean over the runs.</summary>
    public required double PeakBytes { get; init; }

    /// <summary>Seconds of a run's batches and evolutions, mean over the runs.</summary>
    public required double Seconds { get; init; }

    /// <summary>Seconds of a run's evolutions, mean over the runs.</summary>
    public required double EvolveSeconds { get; init; }

    /// <summary>Floating-point operations of a run, mean over the runs.</summary>
    public required double Operations { get; init; }

    /// <summary>Those of its evolutions.</summary>
    public required double EvolutionOperations { get; init; }

    /// <summary>One summary for every sparsity and rule with a run, in the order of the rows; runs that did not come to an end do not count.</summary>
    public static IReadOnlyList<ComparisonSummary> Of(IEnumerable<ComparisonRow> rows) =>
        [.. rows.GroupBy(row => (row.Sparsity, row.Rule)).Select(group => Of(group.Key.Sparsity, group.Key.Rule, group))];

    private static ComparisonSummary Of(double? sparsity, string rule, IEnumerable<ComparisonRow> rows)
    {
        var runs = rows.GroupBy(row => row.Seed).Select(run => run.ToList()).Where(run => run[^1].Epoch == run[^1].Epochs).ToList();
        var (kind, role) = (rows.First().ScoreKind, rows.First().EvaluatedOn);
        var scores = runs.Select(run => role == EvaluationRole.Test ? run[^1].TestScore : run[^1].ChosenTestScore).OfType<double>().ToList();
        double Mean(Func<ComparisonRow, double> value) => runs.Count == 0 ? 0 : runs.Average(run => run.Sum(value));
        return new()
        {
            Sparsity = sparsity,
            Rule = rule,
            Runs = runs.Count,
            Connections = runs.Count == 0 ? 0 : runs.Average(run => run[^1].Connections),
            Score = scores.Count == 0 ? null : scores.Average(),
            ScoreDeviation = scores.Count < 2 ? null : scores.StandardDeviation(),
            BestScore = scores.Count == 0 ? null : runs.Average(run => run[^1].BestScore),
            EvaluatedOn = role,
            ScoreKind = kind,
            NeedsDenseMemory = rows.First().NeedsDenseMemory,
            PeakBytes = runs.Count == 0 ? 0 : runs.Average(run => run[^1].PeakBytes),
            Seconds = Mean(row => row.TrainSeconds + row.EvolveSeconds),
            EvolveSeconds = Mean(row => row.EvolveSeconds),
            Operations = Mean(row => row.Operations),
            EvolutionOperations = Mean(row => row.EvolutionOperations),
        };
    }
}
