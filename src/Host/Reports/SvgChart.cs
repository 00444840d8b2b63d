using System.Globalization;
using System.Net;
using System.Text;

namespace ActorSparse.Host.Reports;

/// <summary>A line chart over epochs as an SVG element: axes at round numbers, one path a series, a legend. Colours come from the page's style.</summary>
/// <param name="Title">Heading of the chart.</param>
internal sealed record SvgChart(string Title)
{
    private const double Width = 560, Height = 300, Left = 64, Right = 16, LegendTop = 30, LegendHeight = 18, Bottom = 40, LegendWidth = 96;
    private const int LegendColumns = 5;
    private readonly List<(string Name, IReadOnlyList<(double X, double Y)> Points)> _series = [];

    // Where the plot begins: below as many lines of the legend as it takes.
    private double Top => LegendTop + LegendHeight * Math.Max(1, (_series.Count + LegendColumns - 1) / LegendColumns);

    /// <summary>Whether the vertical axis begins at 0.</summary>
    public bool FromZero { get; init; }

    /// <summary>Adds a series; points whose value is missing are left out.</summary>
    public SvgChart Add(string name, IEnumerable<(int Epoch, double? Value)> points) =>
        Add(name, points.Select(point => ((double)point.Epoch, point.Value)));

    /// <summary>The same, with points within epochs.</summary>
    public SvgChart Add(string name, IEnumerable<(double X, double? Value)> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        _series.Add((name, [.. points.Where(point => point.Value is { } value && double.IsFinite(value)).Select(point => (point.X, point.Value!.Value))]));
        return this;
    }

    /// <summary>The element, or nothing if there are no points.</summary>
    public string Render()
    {
        var points = _series.SelectMany(series => series.Points).ToList();
        if (points.Count == 0) return "";
        var (left, right) = (points.Min(point => point.X), points.Max(point => point.X));
        if (left == right) (left, right) = (left - 1, right + 1);
        var vertical = Ticks(FromZero ? 0 : points.Min(point => point.Y), points.Max(point => point.Y), 5);
        var (low, high) = (vertical[0], vertical[^1]);
        double X(double value) => Left + (value - left) / (right - left) * (Width - Left - Right);
        double Y(double value) => Height - Bottom - (value - low) / (high - low) * (Height - Top - Bottom);

        var svg = new StringBuilder();
        Append(svg, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(Title)}\">");
        Append(svg, $"<text class=\"title\" x=\"{Left}\" y=\"18\">{WebUtility.HtmlEncode(Title)}</text>");
        foreach (var tick in vertical)
        {
            Append(svg, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(tick):0.#}\" y2=\"{Y(tick):0.#}\"/>");
            Append(svg, $"<text class=\"tick\" text-anchor=\"end\" x=\"{Left - 6}\" y=\"{Y(tick) + 4:0.#}\">{Number(tick)}</text>");
        }
        foreach (var tick in Ticks(left, right, 8).Where(tick => tick >= left && tick <= right && tick == Math.Floor(tick)))
            Append(svg, $"<text class=\"tick\" text-anchor=\"middle\" x=\"{X(tick):0.#}\" y=\"{Height - Bottom + 18}\">{tick:0}</text>");
        Append(svg, $"<text class=\"tick\" text-anchor=\"end\" x=\"{Width - Right}\" y=\"{Height - 6}\">epoch</text>");
        for (var index = 0; index < _series.Count; index++) AppendSeries(svg, index, X, Y);
        return svg.Append("</svg>").ToString();
    }

    private void AppendSeries(StringBuilder svg, int index, Func<double, double> x, Func<double, double> y)
    {
        var (name, points) = _series[index];
        var path = string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{x(point.X):0.#},{y(point.Y):0.#}")));
        if (points.Count == 1) Append(svg, $"<circle class=\"s{index} dot\" cx=\"{x(points[0].X):0.#}\" cy=\"{y(points[0].Y):0.#}\" r=\"3\"/>");
        else Append(svg, $"<polyline class=\"s{index}\" points=\"{path}\"/>");
        if (_series.Count == 1) return;
        var legend = Left + LegendWidth * (index % LegendColumns);
        var line = LegendTop + LegendHeight * (index / LegendColumns);
        Append(svg, $"<line class=\"s{index}\" x1=\"{legend}\" x2=\"{legend + 18}\" y1=\"{line}\" y2=\"{line}\"/>");
        Append(svg, $"<text class=\"tick\" x=\"{legend + 24}\" y=\"{line + 4}\">{WebUtility.HtmlEncode(name)}</text>");
    }

    /// <summary>About <paramref name="count"/> round numbers that enclose low to high: steps of 1, 2 or 5 times a power of ten.</summary>
    internal static double[] Ticks(double low, double high, int count)
    {
        if (high <= low) high = low + Math.Max(Math.Abs(low) * 0.1, 1e-6);
        var rough = (high - low) / count;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        var first = Math.Floor(low / step + 1e-9);
        var last = Math.Ceiling(high / step - 1e-9);
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(index => (first + index) * step)];
    }

    private static string Number(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1_000_000:0.##}M"),
        >= 10_000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1000:0.##}k"),
        _ => value.ToString("0.####", CultureInfo.InvariantCulture),
    };

    private static void Append(StringBuilder svg, FormattableString text) => svg.Append(FormattableString.Invariant(text));
}
