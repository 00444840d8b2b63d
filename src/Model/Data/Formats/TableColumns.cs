using System.Globalization;

namespace ActorSparse.Model.Data.Formats;

/// <summary>Which columns of a table are targets, in which order; the others are features.</summary>
internal sealed class TableColumns
{
    private readonly IReadOnlyList<string> _names;
    private readonly int[] _targetOf; // by column; -1 for a feature
    private readonly int[] _columns; // by target

    /// <summary>Finds them in a table whose first line has the fields <paramref name="names"/>.</summary>
    /// <exception cref="InvalidInputException">There is no such column, or no feature is left.</exception>
    internal TableColumns(LineReader lines, IReadOnlyList<string> names, DataOptions options, bool areApart, int? networkFeatures)
    {
        _names = names;
        _columns = areApart || options.Label == LabelColumn.None || names.Count == networkFeatures ? []
            : options.TargetColumns is { } wanted ? [.. wanted.Select(text => Find(lines, text, options))]
            : [options.Label == LabelColumn.First ? 0 : names.Count - 1];
        _targetOf = new int[names.Count];
        Array.Fill(_targetOf, -1);
        for (var target = 0; target < _columns.Length; target++)
        {
            if (_targetOf[_columns[target]] >= 0)
                throw lines.Error($"column {_columns[target] + 1} is given twice; expected each target once");
            _targetOf[_columns[target]] = target;
        }
        if (FeatureCount > 0) return;
        throw lines.Error(
            names.Count == 1 ? "has one column only; expected features and a label" : "all columns are targets; expected features");
    }

    /// <summary>Number of columns.</summary>
    internal int Count => _names.Count;

    /// <summary>Number of columns that are features.</summary>
    internal int FeatureCount => _names.Count - _columns.Length;

    /// <summary>Whether the table has targets.</summary>
    internal bool HasTargets => _columns.Length > 0;

    /// <summary>Whether a target was found by its name, so that the first line has the names of columns.</summary>
    internal bool AreByName { get; private set; }

    /// <summary>Which target a column is, counted from 0; -1 for a feature.</summary>
    internal int TargetOf(int column) => column < _targetOf.Length ? _targetOf[column] : -1;

    /// <summary>The names of the targets: those of their columns, if the table has a header.</summary>
    internal string[] TargetNames(bool hasHeader) =>
        [.. _columns.Select(column => hasHeader ? _names[column]
            : _columns.Length == 1 ? "target" : string.Create(CultureInfo.InvariantCulture, $"column {column + 1}"))];

    private int Find(LineReader lines, string text, DataOptions options)
    {
        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        for (var column = 0; options.Header != TableHeader.No && column < _names.Count; column++)
        {
            // In a first line that may be a sample a number is a value.
            if (_names[column] != text || (isNumber && options.Header != TableHeader.Yes)) continue;
            AreByName = true;
            return column;
        }
        if (isNumber)
            return number >= 1 && number <= _names.Count ? number - 1
                : throw lines.Error($"has {_names.Count} columns; expected a target from 1 to {_names.Count}, not {number}");
        const int Shown = 10;
        var known = string.Join(", ", _names.Take(Shown).Select(TableReader.Show)) + (_names.Count > Shown ? ", ..." : "");
        throw lines.Error(options.Header == TableHeader.No
            ? $"no column is named '{text}', as the table has no header; expected its number"
            : $"no column is named '{text}'; expected a number from 1 to {_names.Count}, or one of {known}");
    }
}
