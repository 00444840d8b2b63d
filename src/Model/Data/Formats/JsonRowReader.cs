using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ActorSparse.Model.Data.Formats;

/// <summary>
/// Reads rows of JSON for a trained network: an array of rows, or one row. A row is an object by the names of the training data's columns,
/// or an array in their order. Numbers become the same floats as in a table, texts are categories, null is a missing value. For any number of
/// callers at once.
/// </summary>
internal sealed class JsonRowReader
{
    // Of a number or category, unescaped.
    private const int TextBytesMax = 1 << 10;
    private const int Shown = 10;

    private readonly string _source;
    private readonly DataSchema _schema;
    private readonly int _rowsMax;
    private readonly Column[] _columns;
    private readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal); // -1 for what is passed over
    private readonly bool _hasNames;

    /// <summary>
    /// Reads what messages call <paramref name="source"/>, of up to <paramref name="rowsMax"/> rows. Columns in <paramref name="ignored"/>,
    /// those that training left out, and targets may be there or not.
    /// </summary>
    internal JsonRowReader(string source, DataSchema schema, IReadOnlyList<string>? ignored, int rowsMax)
    {
        (_source, _schema, _rowsMax) = (source, schema, rowsMax);
        _columns = schema.Table is { } table ? [.. Columns(table)]
            : [.. Enumerable.Range(0, schema.FeatureCount).Select(index => new Column(index))];
        if (schema.Table is not { HasNames: true } layout) return;
        foreach (var name in (string[])[.. ignored ?? [], .. layout.Ignored ?? [], .. layout.Targets ?? []]) _byName[name] = -1;
        for (var index = 0; index < _columns.Length; index++) _byName[_columns[index].Name!] = index;
        // Columns of the same name are told apart by their order alone.
        _hasNames = layout.Columns.DistinctBy(column => column.Name).Count() == _columns.Length;
    }

    /// <summary>Reads all of <paramref name="content"/>.</summary>
    /// <exception cref="InvalidInputException">It is no JSON, or no rows of that network.</exception>
    internal RawSamples Read(ReadOnlySpan<byte> content)
    {
        var json = new Utf8JsonReader(content);
        using var rows = new GrowableBuffer<float>();
        try
        {
            json.Read();
            ReadRows(ref json, rows);
            while (json.Read()) { } // complains of what follows
        }
        catch (JsonException error)
        {
            throw new InvalidInputException(
                $"{_source}: is no JSON at byte {json.BytesConsumed}: {error.Message.Split(" LineNumber")[0]}", error);
        }
        var count = checked((int)(rows.Length / _schema.FeatureCount));
        return new(_source, _schema.FeatureCount, RawTargets.Unknown(_source, _schema.TargetKind, count))
        {
            Table = _schema.Table, ImageShape = _schema.ImageShape, Floats = rows.Take(),
        };
    }

    private static IEnumerable<Column> Columns(TableLayout table)
    {
        var feature = 0;
        foreach (var column in table.Columns)
        {
            yield return new(feature, column.Name, column.Fill, column.Levels?.Index()
                .ToDictionary(level => level.Item, level => level.Index, StringComparer.Ordinal));
            feature += column.FeatureCount;
        }
    }

    private void ReadRows(ref Utf8JsonReader json, GrowableBuffer<float> rows)
    {
        var row = new Row(new float[_schema.FeatureCount], new bool[_columns.Length]);
        if (json.TokenType == JsonTokenType.StartObject)
        {
            ReadObject(ref json, 1, row);
            rows.Add(row.Values);
            return;
        }
        if (json.TokenType != JsonTokenType.StartArray)
            throw new InvalidInputException($"{_source}: is {Describe(json)}; expected an array of rows, or a row");
        json.Read();
        if (json.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.EndArray))
        {
            ReadArray(ref json, 1, row);
            rows.Add(row.Values);
            return;
        }
        var number = 0;
        for (; json.TokenType != JsonTokenType.EndArray; json.Read())
        {
            if (++number > _rowsMax) throw new InvalidInputException($"{_source}: has more than {_rowsMax} rows; expected at most so many");
            Array.Clear(row.Values);
            if (json.TokenType == JsonTokenType.StartObject) ReadObject(ref json, number, row);
            else if (json.TokenType == JsonTokenType.StartArray && json.Read()) ReadArray(ref json, number, row);
            else throw Error(number, $"is {Describe(json)}; expected {Expected}");
            rows.Add(row.Values);
        }
        if (number == 0) throw new InvalidInputException($"{_source}: has no rows; expected at least one");
    }

    private string Expected => string.Create(CultureInfo.InvariantCulture,
        $"an array of {_columns.Length} values{(_hasNames ? ", or an object with a value for each column" : "")}");

    // From its first value on.
    private void ReadArray(ref Utf8JsonReader json, int number, Row row)
    {
        var count = 0;
        for (; json.TokenType != JsonTokenType.EndArray; json.Read(), count++)
            if (count < _columns.Length) ReadValue(ref json, number, _columns[count], count, row.Values);
            else json.Skip();
        if (count != _columns.Length) throw Error(number, $"has {count} values; expected {_columns.Length}");
    }

    private void ReadObject(ref Utf8JsonReader json, int number, Row row)
    {
        if (!_hasNames) throw Error(number, $"is an object, and the columns have no names; expected {Expected}");
        Array.Clear(row.Seen);
        Span<byte> name = stackalloc byte[TextBytesMax];
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            var text = Text(json, name, number, null);
            if (!Find(_byName, text, out var index))
                throw Error(number,
                    $"has '{TableReader.Show(text)}', which the training data do not have; expected {List(_ => true)}");
            json.Read();
            if (index < 0)
            {
                json.Skip();
                continue;
            }
            if (row.Seen[index]) throw Error(number, $"has '{TableReader.Show(text)}' twice; expected each column once");
            row.Seen[index] = true;
            ReadValue(ref json, number, _columns[index], index, row.Values);
        }
        if (row.Seen.AsSpan().Contains(false))
            throw Error(number, $"lacks {List(index => !row.Seen[index])}; expected each column (null: a missing value)");
    }

    private void ReadValue(ref Utf8JsonReader json, int number, Column column, int index, float[] row)
    {
        if (json.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
            throw Error(number, column, index, $"is {Describe(json)}");
        Span<byte> scratch = stackalloc byte[TextBytesMax];
        var text = Text(json, scratch, number, column.Name);
        var isText = json.TokenType == JsonTokenType.String;
        if (column.Levels is { } levels)
        {
            if (json.TokenType != JsonTokenType.Null && Find(levels, text, out var level))
            {
                row[column.Feature + level] = 1;
                return;
            }
        }
        else if (json.TokenType == JsonTokenType.Number && new TableNumber(false).TryRead(text, out row[column.Feature])) return;
        if ((json.TokenType == JsonTokenType.Null || (isText && MissingValues.Is(text))) && column.Fill is { } fill)
        {
            if (column.Levels is null) row[column.Feature] = fill;
        }
        else
        {
            var shown = json.TokenType == JsonTokenType.Null ? "null" : $"'{TableReader.Show(text)}'";
            throw Error(number, column, index, $"is {(isText && column.Levels is null ? "the text " : "")}{shown}");
        }
    }

    private InvalidInputException Error(int row, string message) => new($"{_source}, row {row}: {message}");

    private InvalidInputException Error(int row, Column column, int index, string found)
    {
        var place = column.Name is { } name ? Show(name) : string.Create(CultureInfo.InvariantCulture, $"value {index + 1}");
        var expected = column.Levels is { } levels
            ? $"a category of the training data: {string.Join(", ", levels.Keys.Take(Shown).Select(TableReader.Show))}{(levels.Count > Shown ? ", ..." : "")}"
            : "a finite number";
        return Error(row, $"{place} {found}; expected {expected}{(column.Fill is null ? "" : ", or null")}");
    }

    private static string Show(string column) => $"column '{TableReader.Show(column)}'";

    // Without escapes: as it stands, or in the scratch.
    private ReadOnlySpan<byte> Text(in Utf8JsonReader json, Span<byte> scratch, int number, string? column)
    {
        if (json.ValueSpan.Length > scratch.Length)
            throw Error(number, $"{(column is null ? "a name" : Show(column))} has {json.ValueSpan.Length} bytes; expected at most {scratch.Length}");
        return json.ValueIsEscaped ? scratch[..json.CopyString(scratch)] : json.ValueSpan;
    }

    private static bool Find(Dictionary<string, int> names, ReadOnlySpan<byte> text, out int index)
    {
        Span<char> name = stackalloc char[TextBytesMax];
        return names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name[..Encoding.UTF8.GetChars(text, name)], out index);
    }

    private string List(Func<int, bool> which)
    {
        var names = Enumerable.Range(0, _columns.Length).Where(which).Select(index => $"'{TableReader.Show(_columns[index].Name!)}'").ToList();
        return string.Join(", ", names.Take(Shown)) + (names.Count > Shown ? ", ..." : "");
    }

    private static string Describe(in Utf8JsonReader json) => json.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };

    /// <summary>A column, with its first feature and, for categories, which feature from there on each is.</summary>
    private sealed record Column(int Feature, string? Name = null, float? Fill = null, Dictionary<string, int>? Levels = null);

    /// <summary>The features of one row, and which columns it had.</summary>
    private readonly record struct Row(float[] Values, bool[] Seen);
}
