using System.Globalization;
using System.Net;
using System.Text;
using ActorSparse.Host.Reports;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Comparisons;

/// <summary>The table of a comparison, as text and as the page report.html with a plot for each sparsity.</summary>
internal static class ComparisonReport
{
    /// <summary>The table's header and rows.</summary>
    public static IEnumerable<string[]> Table(IReadOnlyList<ComparisonSummary> summaries) =>
    [
        ["rule", "sparsity", "runs", "connections", KindOf(summaries).Name, "deviation", "best", "seconds", "evolving", "GFLOP",
            "evolving", "memory", "peak MB"],
        .. summaries.Select(Cells),
    ];

    /// <summary>The page.</summary>
    public static string Render(
        string name, IReadOnlyList<ComparisonRow> rows, IReadOnlyList<ComparisonSummary> summaries, string configuration)
    {
        var body = new StringBuilder("<table>");
        foreach (var cells in Table(summaries))
            body.Append("<tr>").AppendJoin("", cells.Select(cell => $"<td>{WebUtility.HtmlEncode(cell)}</td>")).Append("</tr>\n");
        var score = KindOf(summaries).Name;
        var isValidated = summaries.Any(summary => summary.EvaluatedOn == EvaluationRole.Validation);
        body.Append(CultureInfo.InvariantCulture, $"</table>\n<p>{Report.Capital(score)} on the test samples, ")
            .Append(isValidated ? "of the network that was best on the validation samples" : "after the last epoch")
            .Append(CultureInfo.InvariantCulture, $", mean over the seeds; best: of any epoch{(isValidated ? ", on the validation samples" : "")}. ")
            .Append("Operations are counted: products with connections and what evolutions compute on activations and gradients, ")
            .Append("a multiply-add as two. Memory: a dense one is that of a baseline that holds all connections at some time; the peak is that ")
            .Append("of parameters, momentum, gradients, activations and whatever the rule needs, without the samples.</p>\n<div class=\"charts\">\n");
        foreach (var group in rows.GroupBy(row => row.Sparsity))
            body.Append("<div>").Append(Chart(group.Key, [.. group]).Render()).Append("</div>\n");
        body.Append(CultureInfo.InvariantCulture, $"</div>\n<h2>Configuration</h2>\n<pre>{WebUtility.HtmlEncode(configuration)}</pre>\n");
        return Report.Page(name, body.ToString());
    }

    private static ScoreKind KindOf(IReadOnlyList<ComparisonSummary> summaries) =>
        summaries.Count == 0 ? ScoreKind.Accuracy : summaries[0].ScoreKind;

    private static SvgChart Chart(double? sparsity, IReadOnlyList<ComparisonRow> rows)
    {
        var suffix = sparsity is { } share ? string.Create(CultureInfo.InvariantCulture, $", sparsity {share}") : "";
        var chart = new SvgChart($"{Report.Capital(rows[0].EvaluatedOn.Name())} {rows[0].ScoreKind.Name}{suffix}");
        foreach (var rule in rows.GroupBy(row => row.Rule))
        {
            var epochs = rule.GroupBy(row => row.Epoch).OrderBy(epoch => epoch.Key);
            chart.Add(rule.Key, epochs.Select(epoch => (epoch.Key, epoch.Average(row => row.TestScore))));
        }
        return chart;
    }

    private static string[] Cells(ComparisonSummary summary)
    {
        var culture = CultureInfo.InvariantCulture;
        string Score(double? score) => score is null ? "-" : summary.ScoreKind.Format(score);
        return
        [
            summary.Rule,
            summary.Sparsity?.ToString(culture) ?? "-",
            summary.Runs.ToString(culture),
            summary.Connections.ToString("N0", culture),
            Score(summary.Score),
            Score(summary.ScoreDeviation),
            Score(summary.BestScore),
            summary.Seconds.ToString("0.0", culture),
            summary.EvolveSeconds.ToString("0.00", culture),
            (summary.Operations / 1e9).ToString("N1", culture),
            (summary.EvolutionOperations / 1e9).ToString("N3", culture),
            summary.NeedsDenseMemory ? "dense" : "sparse",
            (summary.PeakBytes / 1e6).ToString("N1", culture),
        ];
    }
}
