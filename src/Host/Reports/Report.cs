using System.Globalization;
using System.Net;
using System.Text;
using ActorSparse.Model.Data;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Reports;

/// <summary>Makes report.html: one page without scripts or references, in light or dark as the reader's system is.</summary>
internal static class Report
{
    private const int ConfusionClassesMax = 40, PixelsMax = 128 * 128;

    private const string Style = """
        :root { color-scheme: light dark; --ink: #1c2530; --dim: #66717e; --line: #dfe4ea; --page: #fff; --c0: #2563a8; --c1: #c2571a; --c2: #3c8d5a;
          --c3: #8552a8; --c4: #a88d1d; --c5: #b03a5b; --heat: 37, 99, 168; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --dim: #97a2ae; --line: #313a44; --page: #14191f; --c0: #6aa5e3; --c1: #e8935a;
          --c2: #7bc796; --c3: #bd92dd; --c4: #d8c05c; --c5: #e37f9c; --heat: 106, 165, 227; } }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 1180px; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 1rem; }
        svg { width: 100%; height: auto; } svg.pixels { max-width: 340px; } .pixels rect { fill: rgb(var(--heat)); }
        polyline, line[class^=s] { fill: none; stroke-width: 1.8; } .grid { stroke: var(--line); }
        .s0 { stroke: var(--c0); } .s1 { stroke: var(--c1); } .s2 { stroke: var(--c2); } .s3 { stroke: var(--c3); } .s4 { stroke: var(--c4); } .s5 { stroke: var(--c5); }
        .dot { fill: currentColor; } .title { font-size: 14px; font-weight: 600; fill: var(--ink); } .tick { font-size: 12px; fill: var(--dim); }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; } td, th { padding: .2rem .6rem; text-align: right; font-weight: normal; }
        .facts td { text-align: left; border-bottom: 1px solid var(--line); } .facts td:first-child, th { color: var(--dim); }
        .graph { overflow: auto; max-width: 1000px; max-height: 85vh; border: 1px solid var(--line); padding: .5rem; }
        .graph svg { display: block; margin: 0 auto; } .box { fill: var(--page); stroke: var(--dim); } .heat { fill: rgb(var(--heat)); }
        .graph text { fill: var(--ink); } .name { font-size: 13px; } .arrow { fill: none; stroke: var(--dim); } marker path { fill: var(--dim); }
        .confusion { display: inline-block; overflow-x: auto; max-width: 100%; } .confusion td { border: 1px solid var(--line); min-width: 2.2rem; }
        pre { background: color-mix(in srgb, var(--line) 40%, transparent); padding: 1rem; overflow-x: auto; }
        """;

    /// <summary>The page.</summary>
    public static string Render(ReportData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var html = new StringBuilder("<table class=\"facts\">");
        foreach (var (name, value) in data.Facts)
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Encode(name)}</td><td>{Encode(value)}</td></tr>\n");
        html.Append("</table>\n<div class=\"charts\">\n");
        foreach (var chart in Charts(data.Rows)) html.Append(CultureInfo.InvariantCulture, $"<div>{chart.Render()}</div>\n");
        html.Append("</div>\n");
        if (data.Drawing.Length > 0) html.Append("<h2>Network (the darker or brighter, the denser)</h2>\n").Append(data.Drawing);
        if (data.InputConnections is { } pixels && pixels.Length <= PixelsMax) AppendPixels(html, pixels);
        if (data.Evaluation is ClassEvaluation { ConfusionMatrix: var confusion })
        {
            if (confusion.GetLength(0) <= ConfusionClassesMax)
                AppendConfusion(html, data.EvaluatedOn, confusion, index => Targets.NameOf(data.Targets?.Names, index));
        }
        else if (data is { Evaluation: { } evaluation, Targets: { } targets }) AppendTable(html, data.EvaluatedOn, EvaluationText.Table(evaluation, targets.NameOf));
        html.Append(CultureInfo.InvariantCulture, $"<h2>Configuration</h2>\n<pre>{Encode(data.Configuration)}</pre>\n");
        return Page(data.Name, html.ToString());
    }

    /// <summary>A page with this heading and what comes below it, in the style of all reports.</summary>
    internal static string Page(string title, string body) => string.Create(CultureInfo.InvariantCulture,
        $"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{Encode(title)} - ActorSparse</title><style>{Style}</style></head><body>
        <h1>{Encode(title)}</h1>
        {body}</body></html>

        """);

    /// <summary>The plots of a run with these rows; those without points render as nothing.</summary>
    internal static IEnumerable<SvgChart> Charts(IReadOnlyList<EpochMetrics> rows)
    {
        IEnumerable<(int, double?)> Over(Func<EpochMetrics, double?> value) => rows.Select(row => (row.Epoch, value(row)));
        var role = (rows.Count == 0 ? EvaluationRole.Test : rows[0].EvaluatedOn).Name();
        yield return new SvgChart("Loss") { FromZero = true }.Add("training", Over(row => row.Loss)).Add(role, Over(row => row.TestLoss));
        var kind = rows.Count == 0 ? ScoreKind.Accuracy : rows[0].ScoreKind;
        yield return new SvgChart(Capital(kind.Name)).Add("training", Over(row => row.TrainScore)).Add(role, Over(row => row.TestScore));
        for (var further = 0; further < kind.Further.Count; further++)
        {
            var index = further;
            yield return new SvgChart(Capital($"{kind.Further[index].Name} on the {role} samples"))
                .Add(role, Over(row => row.TestFurther?[index]));
        }
        var connections = new SvgChart("Connections of each layer") { FromZero = true };
        for (var layer = 0; layer < Math.Min(5, rows.Count == 0 ? 0 : rows[0].Connections.Count); layer++)
        {
            var index = layer;
            connections.Add(string.Create(CultureInfo.InvariantCulture, $"layer {layer + 1}"), Over(row => row.Connections[index]));
        }
        yield return connections;
        if (rows.Any(row => row.Pruned > 0))
            yield return new SvgChart("Connections pruned and grown") { FromZero = true }
                .Add("pruned", Over(row => row.Pruned)).Add("grown", Over(row => row.Grown));
        yield return new SvgChart("Speed (samples/s)") { FromZero = true }.Add("training", Over(row => row.SamplesPerSecond));
        if (rows.Any(row => row.StalenessMax > 0))
            yield return new SvgChart("Staleness (versions)") { FromZero = true }
                .Add("mean", Over(row => row.StalenessMean)).Add("largest", Over(row => row.StalenessMax));
    }

    private static void AppendPixels(StringBuilder html, int[,] pixels)
    {
        int height = pixels.GetLength(0), width = pixels.GetLength(1);
        var most = Math.Max(1, pixels.Cast<int>().Max());
        html.Append(CultureInfo.InvariantCulture, $"<h2>Connections of each input pixel (darkest or brightest: {most})</h2>\n");
        html.Append(CultureInfo.InvariantCulture, $"<svg class=\"pixels\" viewBox=\"0 0 {width} {height}\" shape-rendering=\"crispEdges\" role=\"img\">");
        for (var row = 0; row < height; row++)
            for (var column = 0; column < width; column++)
                if (pixels[row, column] > 0)
                    html.Append(CultureInfo.InvariantCulture,
                        $"<rect x=\"{column}\" y=\"{row}\" width=\"1\" height=\"1\" fill-opacity=\"{(double)pixels[row, column] / most:0.###}\"/>");
        html.Append("</svg>\n");
    }

    private static void AppendTable(StringBuilder html, EvaluationRole role, IReadOnlyList<string[]> rows)
    {
        html.Append(CultureInfo.InvariantCulture, $"<h2>The best network on the {role.Name()} samples</h2>\n<table>");
        for (var row = 0; row < rows.Count; row++)
        {
            var cell = row == 0 ? "th" : "td";
            html.Append("<tr>").AppendJoin("", rows[row].Select(text => $"<{cell}>{Encode(text)}</{cell}>")).Append("</tr>\n");
        }
        html.Append("</table>\n");
    }

    /// <summary>The text with its first letter capital.</summary>
    internal static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static void AppendConfusion(StringBuilder html, EvaluationRole role, int[,] confusion, Func<int, string> nameOf)
    {
        var classes = confusion.GetLength(0);
        html.Append(CultureInfo.InvariantCulture, $"<h2>{Capital(role.Name())} samples by true class (row) and predicted class (column)</h2>\n")
            .Append("<div class=\"confusion\"><table><tr><th></th>");
        for (var column = 0; column < classes; column++) html.Append(CultureInfo.InvariantCulture, $"<th>{Encode(nameOf(column))}</th>");
        html.Append("<th>right</th></tr>\n");
        for (var row = 0; row < classes; row++)
        {
            var total = Math.Max(1, Enumerable.Range(0, classes).Sum(column => confusion[row, column]));
            html.Append(CultureInfo.InvariantCulture, $"<tr><th>{Encode(nameOf(row))}</th>");
            for (var column = 0; column < classes; column++)
                html.Append(CultureInfo.InvariantCulture,
                    $"<td style=\"background:rgba(var(--heat),{0.85 * confusion[row, column] / total:0.###})\">{confusion[row, column]}</td>");
            html.Append(CultureInfo.InvariantCulture, $"<td>{(double)confusion[row, row] / total:P1}</td></tr>\n");
        }
        html.Append("</table></div>\n");
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
