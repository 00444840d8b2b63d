using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>
/// The rows of a run, in metrics.jsonl and metrics.csv alike, each flushed when it is written. Those that cannot be written are written as
/// soon as anything can, each once.
/// </summary>
internal sealed class MetricsFile
{
    /// <summary>The file's name in the run folder.</summary>
    public const string JsonName = "metrics.jsonl", CsvName = "metrics.csv";

    private readonly List<EpochMetrics> _rows;
    private readonly RowFile[] _files;

    /// <summary>Continues the files in <paramref name="folder"/> after epoch <paramref name="lastEpoch"/>: later rows, which will be made
    /// again, go.</summary>
    public MetricsFile(string folder, int lastEpoch)
    {
        _files =
        [
            new(Path.Combine(folder, JsonName), (rows, index) => JsonLine(rows[index]) + "\n"),
            new(Path.Combine(folder, CsvName), (rows, index) => 
                (index == 0 ? Header(rows[0]) : "") + CsvLine(rows[index], Columns(rows[0]).Select(column => column.Key))),
        ];
        _rows = [.. Read(folder)];
        GoBackTo(lastEpoch);
        CatchUp();
    }

    /// <summary>All rows so far, those before a resumption included.</summary>
    public IReadOnlyList<EpochMetrics> Rows => _rows;

    /// <summary>Reads the whole rows of a run's metrics.jsonl; a last line that was cut off does not count.</summary>
    public static IReadOnlyList<EpochMetrics> Read(string folder)
    {
        var path = Path.Combine(folder, JsonName);
        var rows = new List<EpochMetrics>();
        if (!File.Exists(path)) return rows;
        foreach (var line in File.ReadLines(path))
        {
            try
            {
                if (JsonNode.Parse(line) is JsonObject columns && FromColumns(columns) is { } row) rows.Add(row);
            }
            catch (JsonException)
            {
                break;
            }
        }
        return rows;
    }

    /// <summary>Drops the rows after epoch <paramref name="lastEpoch"/>, which will be made again; the files lose them when they catch
    /// up.</summary>
    public void GoBackTo(int lastEpoch)
    {
        _rows.RemoveAll(row => row.Epoch > lastEpoch);
        foreach (var file in _files) file.Forget();
    }

    /// <summary>Writes what could not be written, if there is anything.</summary>
    public void CatchUp()
    {
        foreach (var file in _files) file.CatchUp(_rows);
    }

    /// <summary>Adds a row. If it cannot be written it is the next time that anything is.</summary>
    public void Append(EpochMetrics row)
    {
        _rows.Add(row);
        CatchUp();
    }

    private static string JsonLine(EpochMetrics row) => Columns(row).ToJsonString();

    private static string Header(EpochMetrics row) => string.Join(',', Columns(row).Select(column => column.Key)) + "\n";

    // The columns are those of the first row, which an older version may have written.
    private static string CsvLine(EpochMetrics row, IEnumerable<string> names)
    {
        var columns = Columns(row);
        return string.Join(',', names.Select(name => columns[name] switch
        {
            null => "",
            JsonArray values => string.Join('/', values.Select(value => value!.ToString())),
            var value => Convert.ToString(value, CultureInfo.InvariantCulture),
        })) + "\n";
    }

    private static JsonObject Columns(EpochMetrics row)
    {
        var columns = ScoreColumns.Name(HostJson.ColumnsOf(row), row.ScoreKind, row.EvaluatedOn);
        ScoreColumns.AddFurther(columns, row.ScoreKind, row.TestFurther, row.EvaluatedOn);
        return columns;
    }

    private static EpochMetrics? FromColumns(JsonObject columns)
    {
        var kind = ScoreKind.All.FirstOrDefault(kind => columns.ContainsKey("train_" + kind.Key)) ?? ScoreKind.Accuracy;
        var role = ScoreColumns.RoleOf(columns);
        return ScoreColumns.Unname(columns, kind, role).Deserialize<EpochMetrics>(HostJson.Columns) is { } row
            ? row with { ScoreKind = kind, EvaluatedOn = role, TestFurther = ScoreColumns.ReadFurther(columns, kind, role) } : null;
    }
}
