using System.Globalization;
using System.Net;
using System.Text;
using ActorSparse.Model.Graph;
using ActorSparse.Model.Networks;

namespace ActorSparse.Host.Reports;

/// <summary>A network as boxes and arrows, an HTML element: each node with kind, shape, connections and how dense they are.</summary>
internal static class GraphDrawing
{
    private const double Width = 300, Line = 17, Margin = 6, Inset = 8;

    // What fits into a box.
    private const int NameLength = 30;

    /// <summary>The drawing; empty for chains, of which a list of layers says as much.</summary>
    public static string Render(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (network.Spec.Graph is not { } graph) return "";
        IReadOnlyList<Box> boxes =
            [new("input", graph.Input.ToString(), "", null), .. Enumerable.Range(0, graph.Nodes.Count).Select(node => BoxOf(network, graph, node))];
        var layout = new LayeredLayout([[], .. graph.Nodes.Select(node => node.Inputs)], [.. boxes.Select(box => (Width, box.Height))]);
        var (width, height) = (layout.Width + 2 * Margin, layout.Height + 2 * Margin);
        var svg = new StringBuilder();
        Append(svg, $"<div class=\"graph\"><svg viewBox=\"{-Margin} {-Margin} {width:0.#} {height:0.#}\" style=\"width:{width:0.#}px\" role=\"img\" ");
        Append(svg, $"aria-label=\"the network\"><defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" ");
        Append(svg, $"markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>\n");
        for (var node = 0; node < graph.Nodes.Count; node++)
            for (var source = 0; source < graph.Nodes[node].Inputs.Count; source++)
                Append(svg, $"<path class=\"arrow\" marker-end=\"url(#arrow)\" d=\"{Path([.. layout.Line(node + 1, source)])}\"/>\n");
        for (var node = 0; node < boxes.Count; node++) AppendBox(svg, layout.Top(node), boxes[node]);
        return svg.Append("</svg></div>\n").ToString();
    }

    private static Box BoxOf(Network network, GraphSpec graph, int node)
    {
        var (name, kind) = (graph.Nodes[node].Name, graph.Nodes[node].Operator.Kind);
        var shownKind = name.Contains(kind, StringComparison.Ordinal) ? "" : kind;
        var topologies = network.Parameters.Sparse.Skip(graph.Blocks[node].FirstSparse).Take(graph.Blocks[node].SparseCount)
            .Select(block => block.Topology).ToList();
        var connections = topologies.Sum(topology => (long)topology.ConnectionCount);
        double? density = topologies.Count == 0 ? null
            : connections / topologies.Sum(topology => (double)topology.InputCount * topology.OutputCount);
        var shown = density is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{connections:N0} connections, {density:0.0 %}");
        return new(name, graph.Shapes[node + 1].ToString(), string.Join(": ", new[] { shownKind, shown }.Where(text => text != "")), density);
    }

    private static void AppendBox(StringBuilder svg, (double X, double Y) top, Box box)
    {
        double left = top.X - Width / 2, baseline = top.Y + Line - 1;
        Append(svg, $"<g><title>{WebUtility.HtmlEncode(box.Name)}</title>");
        Append(svg, $"<rect class=\"box\" x=\"{left:0.#}\" y=\"{top.Y:0.#}\" width=\"{Width}\" height=\"{box.Height}\" rx=\"4\"/>");
        if (box.Density is { } share)
            Append(svg,
                $"<rect class=\"heat\" x=\"{left:0.#}\" y=\"{top.Y:0.#}\" width=\"{Width}\" height=\"{box.Height}\" rx=\"4\" fill-opacity=\"{0.1 + 0.4 * share:0.##}\"/>");
        var name = box.Name.Length > NameLength ? box.Name[..(NameLength - 1)] + "…" : box.Name;
        Append(svg, $"<text class=\"name\" x=\"{left + Inset:0.#}\" y=\"{baseline:0.#}\">{WebUtility.HtmlEncode(name)}</text>");
        Append(svg, $"<text class=\"tick\" text-anchor=\"end\" x=\"{left + Width - Inset:0.#}\" y=\"{baseline:0.#}\">{box.Shape}</text>");
        if (box.Detail != "")
            Append(svg, $"<text class=\"tick\" x=\"{left + Inset:0.#}\" y=\"{baseline + Line:0.#}\">{box.Detail}</text>");
        svg.Append("</g>\n");
    }

    // Straight where it passes a rank, a curve from rank to rank.
    private static string Path(IReadOnlyList<(double X, double Y)> points)
    {
        var path = new StringBuilder();
        Append(path, $"M{points[0].X:0.#} {points[0].Y:0.#}");
        foreach (var (from, to) in points.Zip(points.Skip(1)))
        {
            var middle = (from.Y + to.Y) / 2;
            if (from.X == to.X) Append(path, $"V{to.Y:0.#}");
            else Append(path, $"C{from.X:0.#} {middle:0.#} {to.X:0.#} {middle:0.#} {to.X:0.#} {to.Y:0.#}");
        }
        return path.ToString();
    }

    private static void Append(StringBuilder svg, FormattableString text) => svg.Append(FormattableString.Invariant(text));

    private sealed record Box(string Name, string Shape, string Detail, double? Density)
    {
        public double Height => Line * (Detail == "" ? 1 : 2) + Margin;
    }
}
