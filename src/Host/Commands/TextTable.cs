namespace ActorSparse.Host.Commands;

/// <summary>A table of plain text: the first column left, the others right, as wide as their content, whatever the terminal.</summary>
internal sealed class TextTable(params string[] header)
{
    private readonly List<string[]> _rows = [header];

    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Writes rows of which the first is the header.</summary>
    public static void Write(TextWriter writer, IReadOnlyList<string[]> rows)
    {
        var table = new TextTable(rows[0]);
        foreach (var row in rows.Skip(1)) table.Add(row);
        table.Write(writer);
    }

    public void Write(TextWriter writer)
    {
        int[] widths = [.. Enumerable.Range(0, header.Length).Select(column => _rows.Max(row => row[column].Length))];
        foreach (var row in _rows)
            writer.WriteLine(string.Join("  ",
                row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))).TrimEnd());
    }
}
