using System.Globalization;
using System.Net;
using System.Text;
using ActorSparse.Host.Reports;

namespace ActorSparse.Host.Recovery;

/// <summary>The results of a recovery as a table, as grids, and as the page report.html.</summary>
internal static class RecoveryReport
{
    /// <summary>The table's header and rows.</summary>
    public static IEnumerable<string[]> Table(IReadOnlyList<RecoverySummary> summaries)
    {
        ArgumentNullException.ThrowIfNull(summaries);
        var culture = CultureInfo.InvariantCulture;
        string Number(double? value, string format) => value?.ToString(format, culture) ?? "-";
        return
        [
            ["method", "neurons", "nonzeros", "runs", "weights", "living", "PSNR", "unseen", "exact", "score", "seconds"],
            .. summaries.Select(summary => (string[])
            [
                summary.Method, summary.Neurons.ToString(culture), summary.Nonzeros.ToString(culture), summary.Runs.ToString(culture),
                Number(summary.Weights, "0.#"), Number(summary.LivingNeurons, "0.#"), Number(summary.Psnr, "0.0"), Number(summary.TestPsnr, "0.0"),
                Number(summary.Exact, "0.00"), Number(summary.Score, "0.0000"), Number(summary.Seconds, "0.00"),
            ]),
        ];
    }

    /// <summary>The page.</summary>
    public static string Render(string name, IReadOnlyList<RecoverySummary> summaries, IRecoverySession session, string configuration)
    {
        ArgumentNullException.ThrowIfNull(session);
        var html = new StringBuilder("<table class=\"facts\">");
        foreach (var (fact, value) in session.Facts)
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{WebUtility.HtmlEncode(fact)}</td><td>{WebUtility.HtmlEncode(value)}</td></tr>\n");
        html.Append("</table>\n<div class=\"charts\">\n");
        foreach (var (map, cell) in Maps(summaries, session.Measures)) html.Append("<div>").Append(map.Render(cell)).Append("</div>\n");
        html.Append("</div>\n").Append(session.Pictures).Append("<h2>Means over the seeds</h2>\n<table>");
        foreach (var cells in Table(summaries))
            html.Append("<tr>").AppendJoin("", cells.Select(cell => $"<td>{WebUtility.HtmlEncode(cell)}</td>")).Append("</tr>\n");
        html.Append(CultureInfo.InvariantCulture, $"</table>\n<h2>Options</h2>\n<pre>{WebUtility.HtmlEncode(configuration)}</pre>\n");
        return Report.Page(name, html.ToString());
    }

    /// <summary>The grids as one picture that stands alone, two beside each other; null if there is none.</summary>
    public static string? Picture(IReadOnlyList<RecoverySummary> summaries, IReadOnlyList<RecoveryMeasure> measures)
    {
        var maps = Maps(summaries, measures).ToList();
        return maps.Count == 0 ? null : HeatMap.Page(maps, Math.Min(maps.Count, 2));
    }

    private static IEnumerable<(HeatMap Map, Func<int, int, (double Level, string Text)?> Cell)> Maps(
        IReadOnlyList<RecoverySummary> summaries, IReadOnlyList<RecoveryMeasure> measures)
    {
        int[] rows = [.. summaries.Select(summary => summary.Neurons).Distinct().OrderDescending()];
        int[] columns = [.. summaries.Select(summary => summary.Nonzeros).Distinct().Order()];
        static string[] Names(int[] numbers) => [.. numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))];
        foreach (var measure in measures)
        {
            var high = measure.High ?? summaries.Max(measure.Value) ?? 1;
            foreach (var method in summaries.GroupBy(summary => summary.Method))
            {
                if (method.All(summary => measure.Value(summary) is null)) continue;
                var cells = method.ToDictionary(summary => (summary.Neurons, summary.Nonzeros));
                yield return (
                    new($"{measure.Title}: {method.Key}", "neurons m", "weights s", Names(rows), Names(columns)),
                    (row, column) => cells.TryGetValue((rows[row], columns[column]), out var summary) && measure.Value(summary) is { } value
                        ? ((value - measure.Low) / Math.Max(1e-12, high - measure.Low), measure.Text(value))
                        : null);
            }
        }
    }
}
