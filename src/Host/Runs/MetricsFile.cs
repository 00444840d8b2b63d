using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>The rows of a run, in metrics.jsonl and metrics.csv alike, each flushed when it is written.</summary>
public sealed class MetricsFile
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private readonly string _jsonPath, _csvPath;
    private readonly List<EpochMetrics> _rows;
    private bool _isBehind; // the files lack a row, or have half of one

    /// <summary>Continues the files in <paramref name="folder"/> after epoch <paramref name="lastEpoch"/>: later rows, which will be made
    /// again, go.</summary>
    public MetricsFile(string folder, int lastEpoch)
    {
        _jsonPath = Path.Combine(folder, "metrics.jsonl");
        _csvPath = Path.Combine(folder, "metrics.csv");
        _rows = [.. Read(folder)];
        GoBackTo(lastEpoch);
    }

    /// <summary>All rows so far, those before a resumption included.</summary>
    public IReadOnlyList<EpochMetrics> Rows => _rows;

    /// <summary>Reads the whole rows of a run's metrics.jsonl; a last line that was cut off does not count.</summary>
    public static IReadOnlyList<EpochMetrics> Read(string folder)
    {
        var path = Path.Combine(folder, "metrics.jsonl");
        var rows = new List<EpochMetrics>();
        if (!File.Exists(path)) return rows;
        foreach (var line in File.ReadLines(path))
        {
            try
            {
                if (JsonSerializer.Deserialize<EpochMetrics>(line, s_json) is { } row) rows.Add(row);
            }
            catch (JsonException)
            {
                break;
            }
        }
        return rows;
    }

    /// <summary>Drops the rows after epoch <paramref name="lastEpoch"/>: they will be made again.</summary>
    public void GoBackTo(int lastEpoch)
    {
        _rows.RemoveAll(row => row.Epoch > lastEpoch);
        _isBehind = true;
        CatchUp();
    }

    /// <summary>Writes again what could not be written, if there is anything.</summary>
    public void CatchUp()
    {
        if (!_isBehind) return;
        AtomicFile.WriteText(_jsonPath, string.Concat(_rows.Select(row => JsonLine(row) + "\n")));
        AtomicFile.WriteText(_csvPath, _rows.Count == 0 ? "" : Header(_rows[0]) + string.Concat(_rows.Select(CsvLine)));
        _isBehind = false;
    }

    /// <summary>Adds a row. If it cannot be written it is the next time that anything is.</summary>
    public void Append(EpochMetrics row)
    {
        _rows.Add(row);
        if (_isBehind)
        {
            CatchUp();
            return;
        }
        _isBehind = true;
        AppendFlushed(_jsonPath, JsonLine(row) + "\n");
        AppendFlushed(_csvPath, (_rows.Count == 1 ? Header(row) : "") + CsvLine(row));
        _isBehind = false;
    }

    private static void AppendFlushed(string path, string text)
    {
        using var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        stream.Write(Encoding.UTF8.GetBytes(text));
        stream.Flush(flushToDisk: true);
    }

    private static string JsonLine(EpochMetrics row) => JsonSerializer.Serialize(row, s_json);

    private static string Header(EpochMetrics row) => string.Join(',', Columns(row).Select(column => column.Key)) + "\n";

    private static string CsvLine(EpochMetrics row) => string.Join(',', Columns(row).Select(column => column.Value switch
    {
        null => "",
        JsonArray values => string.Join('/', values.Select(value => value!.ToString())),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture),
    })) + "\n";

    private static JsonObject Columns(EpochMetrics row) => JsonSerializer.SerializeToNode(row, s_json)!.AsObject();
}
