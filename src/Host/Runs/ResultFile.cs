using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ActorSparse.Host.Runs;

/// <summary>A table of results as CSV: a row a record, on the disk before the next one begins. Numbers that are not finite are empty.</summary>
/// <param name="path">The file.</param>
/// <param name="columns">The columns of a record, the same of all.</param>
internal sealed class ResultFile<T>(string path, Func<T, JsonObject> columns) : IDisposable
{
    private readonly FileStream _stream = new(path, FileMode.Create, FileAccess.Write, FileShare.Read);

    /// <summary>The records so far.</summary>
    public List<T> Rows { get; } = [];

    /// <summary>Adds a record.</summary>
    public void Add(T row)
    {
        var cells = columns(row);
        if (Rows.Count == 0) Write(cells.Select(cell => cell.Key));
        Write(cells.Select(cell => Convert.ToString(cell.Value, CultureInfo.InvariantCulture) ?? ""));
        Rows.Add(row);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void Write(IEnumerable<string> cells)
    {
        _stream.Write(Encoding.UTF8.GetBytes(string.Join(',', cells) + "\n"));
        _stream.Flush(flushToDisk: true);
    }
}
