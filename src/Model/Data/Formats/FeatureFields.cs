using System.Text;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data.Formats;

/// <summary>
/// The fields of a table that are features: numbers, or categories, of which each becomes a feature of 0 and 1 once all are known. A column
/// is what its first value is.
/// </summary>
internal sealed class FeatureFields
{
    private const int LevelsMax = 1000, LevelsFew = 10;
    private const int Shown = 10;

    private readonly LineReader _lines;
    private readonly TableNumber _numbers;
    private readonly DataOptions _options;
    private readonly TableColumns _columns;
    private readonly TableLayout? _layout;
    private readonly bool[] _areNumbers; // by feature column, once a value has been seen
    private readonly Dictionary<string, int>?[] _levels;

    /// <summary>None yet. A table that is not the training set has the categories of <paramref name="layout"/>.</summary>
    internal FeatureFields(LineReader lines, TableNumber numbers, DataOptions options, TableColumns columns, TableLayout? layout)
    {
        (_lines, _numbers, _options, _columns, _layout) = (lines, numbers, options, columns, layout);
        Row = new float[columns.FeatureCount];
        _areNumbers = new bool[Row.Length];
        _levels = new Dictionary<string, int>?[Row.Length];
        // A table of another width is refused once it is read.
        if (layout?.Columns.Count != Row.Length) return;
        for (var feature = 0; feature < Row.Length; feature++)
        {
            _levels[feature] = layout.Columns[feature].Levels?.Index().ToDictionary(level => level.Item, level => level.Index, StringComparer.Ordinal);
            _areNumbers[feature] = _levels[feature] is null;
        }
    }

    /// <summary>The numbers of one line, and of categories where they stand; -1 for one that is missing, NaN for a number.</summary>
    internal float[] Row { get; }

    /// <summary>Reads the field of <paramref name="column"/>, which is feature column <paramref name="feature"/>, to <see cref="Row"/>.</summary>
    /// <exception cref="InvalidInputException">It is neither a number nor a category that there can be.</exception>
    internal void Read(int column, int feature, ReadOnlySpan<byte> field)
    {
        if (_areNumbers[feature] && _numbers.TryRead(field, out Row[feature])) return;
        if (MissingValues.Is(field) && MayBeMissing(feature)) Row[feature] = _levels[feature] is null ? float.NaN : -1;
        else if (_levels[feature] is not null || (!_areNumbers[feature] && IsCategory(column, field))) Row[feature] = Level(column, feature, field);
        else if (_numbers.TryRead(field, out Row[feature])) _areNumbers[feature] = true;
        else
            throw _lines.Error($"field {column + 1} is '{TableReader.Show(field)}'; expected a finite number"
                + (MissingValues.Is(field) ? " (--missing mean fills in what lacks)" : _numbers.Hint(field)));
    }

    /// <summary>The layout of the table, now that it is read.</summary>
    /// <exception cref="InvalidInputException">Texts of a column are too many for categories.</exception>
    internal TableLayout Layout(bool hasHeader, int sampleCount)
    {
        var layout = _columns.Layout(hasHeader);
        return layout with
        {
            Columns = [.. layout.Columns.Select((column, feature) =>
            {
                if (_levels[feature] is not { } levels) return column;
                if (levels.Count > LevelsFew && levels.Count > sampleCount / 2 && !_columns.IsCategory(feature))
                    throw new InvalidInputException($"{_lines.Path}: {Describe(feature, hasHeader)} has {levels.Count} different texts in "
                        + $"{sampleCount} rows; expected numbers or fewer categories (--ignore leaves a column out, --categories insists)");
                return column with { Levels = [.. levels.Keys.Order(StringComparer.Ordinal)] };
            })],
        };
    }

    /// <summary>
    /// <paramref name="values"/>, a row of feature columns a sample, with the features of <paramref name="layout"/>; disposes of it if that is
    /// another buffer.
    /// </summary>
    internal unsafe NativeBuffer<float> Expand(NativeBuffer<float> values, TableLayout layout)
    {
        if (_levels.All(levels => levels is null)) return values;
        using var rows = values;
        var ranks = _levels.Select((levels, feature) => levels is null ? null : Ranks(levels, layout.Columns[feature].Levels!)).ToArray();
        var (columns, features) = (Row.Length, layout.FeatureCount);
        var expanded = new NativeBuffer<float>(values.Length / columns * features);
        var target = expanded.Pointer;
        for (long start = 0; start < values.Length; start += columns)
        {
            for (var column = 0; column < columns; column++)
            {
                var value = values.Pointer[start + column];
                if (ranks[column] is not { } rank)
                {
                    *target++ = value;
                    continue;
                }
                if (value >= 0) target[rank[(int)value]] = 1;
                target += rank.Length;
            }
        }
        return expanded;
    }

    private static int[] Ranks(Dictionary<string, int> levels, IReadOnlyList<string> order)
    {
        var ranks = new int[levels.Count];
        for (var rank = 0; rank < order.Count; rank++) ranks[levels[order[rank]]] = rank;
        return ranks;
    }

    private bool MayBeMissing(int feature) => _layout is null || _options.Missing != MissingValueMode.Refuse
        ? _options.Missing != MissingValueMode.Refuse : _layout.Columns.ElementAtOrDefault(feature)?.Fill is not null;

    // A word, which no number begins with: what is nearly a number is a mistake, unless the column is named.
    private bool IsCategory(int column, ReadOnlySpan<byte> field) => _columns.IsCategory(_columns.FeatureOf(column))
        || (_options is { HasCategories: true, CategoryColumns: null } && !MissingValues.Is(field) && !_numbers.IsNumber(field)
            && (char.IsAsciiLetter((char)field[0]) || field[0] > 0x7F || field[0] == '_'));

    private int Level(int column, int feature, ReadOnlySpan<byte> field)
    {
        var levels = _levels[feature] ??= new(StringComparer.Ordinal);
        var text = Encoding.UTF8.GetString(field);
        if (levels.TryGetValue(text, out var level)) return level;
        if (_layout is not null)
            throw _lines.Error($"field {column + 1} is '{TableReader.Show(field)}'; expected a category of the training data: "
                + string.Join(", ", levels.Keys.Take(Shown).Select(TableReader.Show)) + (levels.Count > Shown ? ", ..." : ""));
        if (levels.Count == LevelsMax)
            throw _lines.Error($"field {column + 1} is text, and the column has more than {LevelsMax} different ones; "
                + "expected numbers or fewer categories (--ignore leaves a column out)");
        levels.Add(text, levels.Count);
        return levels.Count - 1;
    }

    private string Describe(int feature, bool hasHeader) =>
        _columns.Layout(hasHeader).Columns[feature].Name is { } name ? $"column '{TableReader.Show(name)}'" : $"feature column {feature + 1}";
}
