using System.Globalization;

namespace ActorSparse.Model.Data.Formats;

/// <summary>What every column of a table is: a feature, a target, each in which place, or neither.</summary>
internal sealed class TableColumns
{
    private const int Shown = 10;

    private readonly IReadOnlyList<string> _names;
    private readonly int[] _targetOf, _featureOf; // by column; -1 for none
    private readonly int[] _targets; // column of each
    private readonly HashSet<int> _categories = []; // feature columns

    private TableColumns(LineReader lines, IReadOnlyList<string> names, int[] targets)
    {
        (_names, _targets) = (names, targets);
        (_targetOf, _featureOf) = (new int[names.Count], new int[names.Count]);
        Array.Fill(_targetOf, -1);
        Array.Fill(_featureOf, -1);
        for (var target = 0; target < targets.Length; target++)
        {
            if (_targetOf[targets[target]] >= 0)
                throw lines.Error($"column {targets[target] + 1} is given twice; expected each target once");
            _targetOf[targets[target]] = target;
        }
    }

    /// <summary>By their places, in a table whose first line has the fields <paramref name="names"/>.</summary>
    /// <exception cref="InvalidInputException">There is no such column, or no feature is left.</exception>
    internal static TableColumns ByPlace(
        LineReader lines, IReadOnlyList<string> names, DataOptions options, bool areApart, int? networkColumns)
    {
        var areByName = false;
        int[] Find(IReadOnlyList<string>? wanted) =>
            [.. (wanted ?? []).Select(text => TableColumns.Find(lines, names, text, options.Header, ref areByName))];
        // A table that has just the features of a network has no others to leave out.
        var isWhole = names.Count == networkColumns;
        var ignored = isWhole ? [] : Find(options.IgnoredColumns);
        var free = Enumerable.Range(0, names.Count).Except(ignored).ToList();
        int[] targets = areApart || options.Label == LabelColumn.None || isWhole || free.Count == networkColumns || free.Count == 0 ? []
            : options.TargetColumns is { } wanted ? Find(wanted)
            : [options.Label == LabelColumn.First ? free[0] : free[^1]];
        var features = isWhole || options.FeatureColumns is null ? free : [.. Find(options.FeatureColumns)];
        var categories = isWhole ? [] : Find(options.CategoryColumns);
        var columns = new TableColumns(lines, names, targets) { AreByName = areByName };
        foreach (var column in features.Except(targets).Order())
        {
            if (categories.Contains(column)) columns._categories.Add(columns.FeatureCount);
            columns._featureOf[column] = columns.FeatureCount++;
        }
        if (columns.FeatureCount > 0) return columns;
        throw lines.Error(names.Count == 1 ? "has one column only; expected features and a label"
            : ignored.Length > 0 || options.FeatureColumns is not null ? "no column is left; expected features"
            : "all columns are targets; expected features");
    }

    /// <summary>
    /// By their names, in a table whose header is <paramref name="names"/>, as <paramref name="layout"/> has them. Of targets it may have
    /// all or none.
    /// </summary>
    /// <exception cref="InvalidInputException">A column is missing, or nobody knows what one is.</exception>
    internal static TableColumns ByName(
        LineReader lines, IReadOnlyList<string> names, DataOptions options, bool areApart, TableLayout layout)
    {
        var feature = new int[names.Count];
        Array.Fill(feature, -1);
        var missing = new List<string>();
        for (var index = 0; index < layout.Columns.Count; index++)
        {
            // Of columns with the same name the first free one: they are told apart by their order.
            var column = 0;
            while (column < names.Count && (feature[column] >= 0 || names[column] != layout.Columns[index].Name)) column++;
            if (column < names.Count) feature[column] = index;
            else missing.Add(layout.Columns[index].Name!);
        }
        var targets = areApart || options.Label == LabelColumn.None ? [] : Targets(lines, names, feature, options, layout);
        var unknown = Enumerable.Range(0, names.Count).Where(column => feature[column] < 0 && !targets.Contains(column)
            && layout.Ignored?.Contains(names[column]) != true && options.IgnoredColumns?.Contains(names[column]) != true
            && layout.Targets?.Contains(names[column]) != true).Select(column => names[column]).ToList();
        if (missing.Count + unknown.Count > 0)
            throw lines.Error($"the header {string.Join(" and ", Complaints(missing, unknown))}; "
                + $"expected the columns of the training data: {List(layout.Columns.Select(column => column.Name!).Concat(layout.Targets ?? []))}");
        var columns = new TableColumns(lines, names, targets) { AreByName = true, FeatureCount = layout.Columns.Count };
        feature.CopyTo(columns._featureOf, 0);
        return columns;
    }

    /// <summary>Number of columns.</summary>
    internal int Count => _names.Count;

    /// <summary>Number of columns that are features.</summary>
    internal int FeatureCount { get; private set; }

    /// <summary>Whether the table has targets.</summary>
    internal bool HasTargets => _targets.Length > 0;

    /// <summary>Whether a column was found by its name, so that the first line has the names of columns.</summary>
    internal bool AreByName { get; private init; }

    /// <summary>Which target a column is, counted from 0; -1 for none.</summary>
    internal int TargetOf(int column) => column < _targetOf.Length ? _targetOf[column] : -1;

    /// <summary>Which feature a column is, counted from 0; -1 for none.</summary>
    internal int FeatureOf(int column) => column < _featureOf.Length ? _featureOf[column] : -1;

    /// <summary>Whether a feature column is named as one of categories.</summary>
    internal bool IsCategory(int feature) => _categories.Contains(feature);

    /// <summary>The names of the targets: those of their columns, if the table has a header.</summary>
    internal string[] TargetNames(bool hasHeader) =>
        [.. _targets.Select(column => hasHeader ? _names[column]
            : _targets.Length == 1 ? "target" : string.Create(CultureInfo.InvariantCulture, $"column {column + 1}"))];

    /// <summary>What another table is to be read by.</summary>
    internal TableLayout Layout(bool hasHeader)
    {
        var columns = new FeatureColumn[FeatureCount];
        for (var column = 0; column < Count; column++)
            if (_featureOf[column] is var feature and >= 0) columns[feature] = new() { Name = hasHeader ? _names[column] : null };
        var ignored = Enumerable.Range(0, Count).Where(column => hasHeader && _featureOf[column] < 0 && _targetOf[column] < 0)
            .Select(column => _names[column]).ToList();
        return new()
        {
            Columns = columns, Targets = hasHeader && HasTargets ? TargetNames(hasHeader) : null, Ignored = ignored.Count > 0 ? ignored : null,
        };
    }

    // Those of the options come first: they may name another column than that of the training set.
    private static int[] Targets(LineReader lines, IReadOnlyList<string> names, int[] feature, DataOptions options, TableLayout layout)
    {
        int[] Find(IReadOnlyList<string>? wanted) => [.. (wanted ?? []).Select(name =>
            Enumerable.Range(0, names.Count).FirstOrDefault(column => feature[column] < 0 && names[column] == name, -1))];
        foreach (var wanted in new[] { options.TargetColumns, layout.Targets })
        {
            var found = Find(wanted);
            if (found.Length > 0 && !found.Contains(-1)) return found;
        }
        var known = Find(layout.Targets);
        if (known.Any(column => column >= 0))
            throw lines.Error($"the header lacks {List(layout.Targets!.Where((_, target) => known[target] < 0))}; expected all targets or none");
        // With labels apart nobody knows the name of a column for them.
        return layout.Targets is null && feature.Count(index => index < 0) == 1 ? [Array.IndexOf(feature, -1)] : [];
    }

    private static IEnumerable<string> Complaints(List<string> missing, List<string> unknown)
    {
        if (missing.Count > 0) yield return $"lacks {List(missing)}";
        if (unknown.Count > 0) yield return $"has {List(unknown)}, which the training data do not have";
    }

    private static string List(IEnumerable<string> names)
    {
        var all = names.Select(name => $"'{TableReader.Show(name)}'").ToList();
        return string.Join(", ", all.Take(Shown)) + (all.Count > Shown ? ", ..." : "");
    }

    private static int Find(LineReader lines, IReadOnlyList<string> names, string text, TableHeader header, ref bool areByName)
    {
        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        for (var column = 0; header != TableHeader.No && column < names.Count; column++)
        {
            // In a first line that may be a sample a number is a value.
            if (names[column] != text || (isNumber && header != TableHeader.Yes)) continue;
            areByName = true;
            return column;
        }
        if (isNumber)
            return number >= 1 && number <= names.Count ? number - 1
                : throw lines.Error($"has {names.Count} columns; expected one from 1 to {names.Count}, not {number}");
        var known = string.Join(", ", names.Take(Shown).Select(TableReader.Show)) + (names.Count > Shown ? ", ..." : "");
        throw lines.Error(header == TableHeader.No
            ? $"no column is named '{text}', as the table has no header; expected its number"
            : $"no column is named '{text}'; expected a number from 1 to {names.Count}, or one of {known}");
    }
}
