using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorSparse.Host.Runs;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Comparisons;

/// <summary>comparison.csv: a row an epoch, on the disk before the next one begins.</summary>
internal sealed class ComparisonFile : IDisposable
{
    private readonly FileStream _stream;

    public ComparisonFile(string path) => _stream = new(path, FileMode.Create, FileAccess.Write, FileShare.Read);

    /// <summary>The rows so far.</summary>
    public List<ComparisonRow> Rows { get; } = [];

    /// <summary>Adds a row.</summary>
    public void Add(ComparisonRow row)
    {
        var columns = ScoreColumns.Name(JsonSerializer.SerializeToNode(row, HostJson.Columns)!.AsObject(), row.ScoreKind, row.EvaluatedOn);
        if (row.EvaluatedOn == EvaluationRole.Validation) columns["test_" + row.ScoreKind.Key] = row.ChosenTestScore;
        if (Rows.Count == 0) Write(columns.Select(column => column.Key));
        Write(columns.Select(column => Text(column.Value)));
        Rows.Add(row);
    }

    public void Dispose() => _stream.Dispose();

    private void Write(IEnumerable<string> cells)
    {
        _stream.Write(Encoding.UTF8.GetBytes(string.Join(',', cells) + "\n"));
        _stream.Flush(flushToDisk: true);
    }

    private static string Text(JsonNode? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
