using System.Globalization;
using System.Text;
using System.Text.Json;
using ActorSparse.Host.Runs;

namespace ActorSparse.Host.Recovery;

/// <summary>recovery.csv: a row a recovery, on the disk before the next one begins.</summary>
internal sealed class RecoveryFile(string path) : IDisposable
{
    private readonly FileStream _stream = new(path, FileMode.Create, FileAccess.Write, FileShare.Read);

    /// <summary>The rows so far.</summary>
    public List<RecoveryRow> Rows { get; } = [];

    /// <summary>Adds a row.</summary>
    public void Add(RecoveryRow row)
    {
        var columns = JsonSerializer.SerializeToNode(row, HostJson.Columns)!.AsObject();
        if (Rows.Count == 0) Write(columns.Select(column => column.Key));
        Write(columns.Select(column => Convert.ToString(column.Value, CultureInfo.InvariantCulture) ?? ""));
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
