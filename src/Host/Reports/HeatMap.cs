using System.Globalization;
using System.Net;
using System.Text;

namespace ActorSparse.Host.Reports;

/// <summary>A grid of numbers as an SVG element of its own: a cell for every row and column, its number in it, the larger the brighter.</summary>
/// <param name="Title">Heading.</param>
/// <param name="RowTitle">What rows are.</param>
/// <param name="ColumnTitle">What columns are.</param>
/// <param name="Rows">Names of the rows, from the top.</param>
/// <param name="Columns">Names of the columns.</param>
internal sealed record HeatMap(string Title, string RowTitle, string ColumnTitle, IReadOnlyList<string> Rows, IReadOnlyList<string> Columns)
{
    private const int CellWidth = 58, CellHeight = 30, Left = 70, Top = 44, Bottom = 42;

    // From dark to bright, as bright as viridis is at each (van der Walt and Smith, 2015): order survives grey print and all eyes.
    private static readonly (int Red, int Green, int Blue)[] s_colours =
        [(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)];

    /// <summary>Width of the element.</summary>
    public int Width => Left + Columns.Count * CellWidth + 16;

    /// <summary>Height of the element.</summary>
    public int Height => Top + Rows.Count * CellHeight + Bottom;

    /// <summary>The element.</summary>
    /// <param name="cell">For row and column how bright, 0 to 1, and what it says; null for an empty cell.</param>
    /// <param name="x">Where it lies in another element.</param>
    /// <param name="y">Where it lies in another element.</param>
    public string Render(Func<int, int, (double Level, string Text)?> cell, int x = 0, int y = 0)
    {
        ArgumentNullException.ThrowIfNull(cell);
        var svg = new StringBuilder();
        Append(svg, $"<svg x=\"{x}\" y=\"{y}\" width=\"{Width}\" height=\"{Height}\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" role=\"img\">");
        Append(svg, $"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#fff\"/>");
        Append(svg, $"<text x=\"8\" y=\"20\" font-size=\"14\" font-weight=\"600\" fill=\"#1c2530\">{WebUtility.HtmlEncode(Title)}</text>");
        for (var row = 0; row < Rows.Count; row++)
        {
            var top = Top + row * CellHeight;
            Append(svg, $"<text x=\"{Left - 8}\" y=\"{top + 20}\" font-size=\"12\" text-anchor=\"end\" fill=\"#66717e\">{WebUtility.HtmlEncode(Rows[row])}</text>");
            for (var column = 0; column < Columns.Count; column++) AppendCell(svg, Left + column * CellWidth, top, cell(row, column));
        }
        for (var column = 0; column < Columns.Count; column++)
            Append(svg, $"<text x=\"{Left + column * CellWidth + CellWidth / 2}\" y=\"{Height - Bottom + 16}\" font-size=\"12\" text-anchor=\"middle\" fill=\"#66717e\">{WebUtility.HtmlEncode(Columns[column])}</text>");
        Append(svg, $"<text x=\"{Left + Columns.Count * CellWidth / 2}\" y=\"{Height - 8}\" font-size=\"12\" text-anchor=\"middle\" fill=\"#66717e\">{WebUtility.HtmlEncode(ColumnTitle)}</text>");
        Append(svg, $"<text x=\"8\" y=\"{Top - 8}\" font-size=\"12\" fill=\"#66717e\">{WebUtility.HtmlEncode(RowTitle)}</text>");
        return svg.Append("</svg>").ToString();
    }

    /// <summary>Elements of <see cref="Render"/> side by side in one picture that stands alone.</summary>
    public static string Page(IReadOnlyList<(HeatMap Map, Func<int, int, (double Level, string Text)?> Cell)> maps, int columns)
    {
        ArgumentNullException.ThrowIfNull(maps);
        var (width, height) = (maps.Max(map => map.Map.Width), maps.Max(map => map.Map.Height));
        var rows = (maps.Count + columns - 1) / columns;
        var svg = new StringBuilder();
        Append(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{columns * width}\" height=\"{rows * height}\" viewBox=\"0 0 {columns * width} {rows * height}\">");
        Append(svg, $"<rect width=\"{columns * width}\" height=\"{rows * height}\" fill=\"#fff\"/>\n");
        for (var place = 0; place < maps.Count; place++)
            svg.Append(maps[place].Map.Render(maps[place].Cell, place % columns * width, place / columns * height)).Append('\n');
        return svg.Append("</svg>\n").ToString();
    }

    private static void AppendCell(StringBuilder svg, int left, int top, (double Level, string Text)? cell)
    {
        if (cell is not { } value)
        {
            Append(svg, $"<rect x=\"{left}\" y=\"{top}\" width=\"{CellWidth - 2}\" height=\"{CellHeight - 2}\" fill=\"#eef1f4\"/>");
            return;
        }
        var ink = value.Level > 0.6 ? "#1c2530" : "#fff";
        Append(svg, $"<rect x=\"{left}\" y=\"{top}\" width=\"{CellWidth - 2}\" height=\"{CellHeight - 2}\" fill=\"{Colour(value.Level)}\"/>");
        Append(svg, $"<text x=\"{left + CellWidth / 2 - 1}\" y=\"{top + 19}\" font-size=\"12\" text-anchor=\"middle\" fill=\"{ink}\">{WebUtility.HtmlEncode(value.Text)}</text>");
    }

    private static string Colour(double level)
    {
        var place = Math.Clamp(level, 0, 1) * (s_colours.Length - 1);
        var index = Math.Min((int)place, s_colours.Length - 2);
        var (from, to, share) = (s_colours[index], s_colours[index + 1], place - index);
        int Mix(int low, int high) => (int)Math.Round(low + share * (high - low));
        return string.Create(CultureInfo.InvariantCulture, $"#{Mix(from.Red, to.Red):x2}{Mix(from.Green, to.Green):x2}{Mix(from.Blue, to.Blue):x2}");
    }

    private static void Append(StringBuilder svg, FormattableString text) => svg.Append(FormattableString.Invariant(text));
}
