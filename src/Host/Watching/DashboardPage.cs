using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using ActorSparse.Host.Reports;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Watching;

/// <summary>Renders the page of a run that goes on: its frame, and the parts in it, which the server sends anew when they change.</summary>
internal static class DashboardPage
{
    /// <summary>Names of the parts, as elements of the page and as events of the stream.</summary>
    public static IReadOnlyList<string> Parts { get; } = ["now", "network", "workers", "charts", "events"];

    private const string Style = """
        <style>
        body { max-width: 1500px; } h2 { margin-top: 1.2rem; } progress { width: 100%; accent-color: var(--c0); }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: .6rem; margin: .6rem 0; }
        .tiles div { border: 1px solid var(--line); border-radius: 6px; padding: .4rem .7rem; font-variant-numeric: tabular-nums; }
        .tiles b { display: block; font-size: 1.25rem; font-weight: 600; } .tiles span, #state, #events time { color: var(--dim); }
        .tables { display: flex; flex-wrap: wrap; gap: 0 3rem; } .tables td:first-child, .tables th:first-child { text-align: left; }
        .charts { margin-top: 1.2rem; } .tables > div { max-width: 100%; overflow-x: auto; } 
        #events { overflow-wrap: anywhere; } #events p { margin: .1rem 0; }
        .lost #state { color: var(--c5); }
        </style>
        """;

    // The stream comes back by itself after a break; what is shown then may be another process's run, so that the whole page is made anew.
    private const string Script = """
        <script>
        const stream = new EventSource("live"), state = document.getElementById("state");
        let wasLost = false;
        stream.onopen = () => { if (wasLost) location.reload(); state.textContent = "live"; };
        stream.onerror = () => {
          wasLost = true;
          document.body.className = "lost";
          state.textContent = "not connected: the run has ended, or cannot be reached";
        };
        for (const part of PARTS) stream.addEventListener(part, event => document.getElementById(part).innerHTML = event.data);
        </script>
        """;

    /// <summary>The whole page of the run called <paramref name="name"/>, with <paramref name="parts"/>.</summary>
    public static string Render(string name, string[] parts)
    {
        var html = new StringBuilder(Style).Append("<p id=\"state\">connecting</p>\n");
        foreach (var (part, text) in Parts.Zip(parts))
        {
            if (part == "network") html.Append("<div class=\"tables\">");
            html.Append(CultureInfo.InvariantCulture, $"<div id=\"{part}\">{text}</div>{(part == "workers" ? "</div>" : "")}\n");
        }
        html.Append(Script.Replace("PARTS", JsonSerializer.Serialize(Parts), StringComparison.Ordinal));
        return Report.Page(name, html.ToString());
    }

    /// <summary>The parts, in the order of <see cref="Parts"/>.</summary>
    public static string[] RenderParts(RunView view) => [Now(view), Network(view), Workers(view), Charts(view), Events(view)];

    private static string Now(RunView view)
    {
        var row = view.LastRow;
        var kind = row?.ScoreKind;
        var (progress, status) = (view.Progress, view.Status);
        var html = new StringBuilder();
        var done = progress is { } at ? (at.Epoch - 1 + (double)at.Batch / Math.Max(1, at.Batches)) / at.Epochs : 0;
        html.Append(CultureInfo.InvariantCulture, $"<progress max=\"1\" value=\"{done:0.####}\"></progress>\n<div class=\"tiles\">");
        void Tile(string name, string value) =>
            html.Append(CultureInfo.InvariantCulture, $"<div><b>{Encode(value)}</b><span>{Encode(name)}</span></div>");
        Tile("epoch", progress is { } now ? Text($"{now.Epoch} of {now.Epochs}") : Text($"- of {view.Epochs}"));
        Tile("batch", progress is { } batch ? Text($"{batch.Batch:N0} of {batch.Batches:N0}") : "-");
        Tile("loss of this epoch", progress is { Samples: > 0 } loss ? Text($"{loss.Loss:0.0000}") : "-");
        if (row?.TestScore is { } score) Tile($"{row.EvaluatedOn.Name()} {kind!.Name} after epoch {row.Epoch}", kind.Format(score));
        if (row?.BestTestScore is { } best) Tile($"best {row.EvaluatedOn.Name()} {kind!.Name}", kind.Format(best));
        Tile("samples/s", view.SamplesPerSecond is { } rate ? Text($"{rate:N0}") : "-");
        Tile("connections", Text($"{view.Connections.Sum(count => (long)count):N0}"));
        Tile("pruned so far", Text($"{view.Pruned:N0}"));
        Tile("grown so far", Text($"{view.Grown:N0}"));
        if (status is null) return html.Append("</div>").ToString();
        Tile("phase", status.Phase.Name());
        Tile("workers", Text($"{status.WorkersAlive}{(status.WorkersLost > 0 ? $", {status.WorkersLost} lost" : "")}"));
        Tile("staleness, mean and largest", Text($"{status.StalenessMean:0.00}, {status.StalenessMax}"));
        Tile("updates", Text($"{status.Updates:N0}"));
        Tile("refused", Text($"{status.Refused:N0}"));
        return html.Append("</div>").ToString();
    }

    private static string Network(RunView view) => Table("Layers", ["layer", "shape", "connections", "sparsity"],
        view.Layers.Zip(view.Connections, (layer, count) => (string[])
            [layer.Name, Text($"{layer.Inputs}x{layer.Outputs}"), Text($"{count:N0}"), Text($"{100 * layer.Sparsity(count):0.00} %")]));

    private static string Workers(RunView view) => view.Status is not { Workers.Count: > 0 } status ? ""
        : Table("Workers", ["worker", "samples", "samples/s", "staleness", "mean"], status.Workers.Select(worker => (string[])
            [worker.Name, Text($"{worker.Samples:N0}"), view.WorkerRates.TryGetValue(worker.Name, out var rate) ? Text($"{rate:N0}") : "-",
                Text($"{worker.Staleness}"), Text($"{worker.StalenessMean:0.00}")]));

    private static string Charts(RunView view)
    {
        var html = new StringBuilder("<div class=\"charts\">");
        var live = new SvgChart("Loss while it trains") { FromZero = true }.Add("training", view.Losses);
        foreach (var chart in Report.Charts(view.Rows).Prepend(live))
            if (chart.Render() is { Length: > 0 } svg) html.Append(CultureInfo.InvariantCulture, $"<div>{svg}</div>\n");
        return html.Append("</div>").ToString();
    }

    private static string Events(RunView view)
    {
        var html = new StringBuilder("<h2>Events</h2>\n");
        foreach (var (time, text) in view.Events.Reverse())
            html.Append(CultureInfo.InvariantCulture, $"<p><time>{time:yyyy-MM-dd HH:mm:ss}</time> {Encode(text)}</p>\n");
        return html.ToString();
    }

    private static string Table(string title, string[] head, IEnumerable<string[]> rows)
    {
        var html = new StringBuilder($"<h2>{title}</h2>\n<table><tr>").AppendJoin("", head.Select(name => $"<th>{name}</th>")).Append("</tr>\n");
        foreach (var row in rows) html.Append("<tr>").AppendJoin("", row.Select(cell => $"<td>{Encode(cell)}</td>")).Append("</tr>\n");
        return html.Append("</table>").ToString();
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
