using System.Globalization;
using System.Text;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data.Formats;

/// <summary>
/// Reads delimited text: a sample a line, its features numbers, its targets in columns of its own or, as the Madelon distribution has it, in
/// a file of their own with one a line. Separators are comma, semicolon, tab or blanks; fields may be quoted; blank lines do not count.
/// </summary>
internal sealed class TableReader : IDisposable
{
    internal const string Expected = "a table of numbers";

    private readonly LineReader _lines;
    private readonly DataOptions _options;
    private readonly bool _areApart;
    private readonly int? _networkColumns;
    private readonly TableLayout? _layout;
    private readonly TableNumber _numbers;
    private readonly GrowableBuffer<float> _values = new();
    private TableColumns _columns = null!; // until the first line is read
    private RawTargets _targets = null!;
    private FeatureFields _fields = null!;
    private float[] _row = []; // targets of one sample
    private bool _hasHeader;
    private byte _separator;
    private bool _endsWithSeparator; // and with no column behind it
    private string? _note;

    private TableReader(InputFile file, DataOptions options, bool areApart, int? networkFeatures, TableLayout? layout)
    {
        if (file.IsParquet) options = options with { Header = TableHeader.Yes, HasDecimalComma = false };
        (_options, _areApart, _layout) = (options, areApart, layout);
        _numbers = new(options.HasDecimalComma);
        _networkColumns = networkFeatures is null ? null : layout?.Columns.Count ?? networkFeatures;
        _lines = new(file, options.Encoding);
    }

    /// <summary>
    /// Reads <paramref name="file"/>, and disposes of it, with the targets in <paramref name="labelsPath"/> if that is given. A table with no more columns than
    /// a network has features, <paramref name="networkFeatures"/>, has no targets. The columns of one with a header are found by the names in
    /// <paramref name="layout"/>, that of the training set.
    /// </summary>
    internal static RawSamples Read(
        InputFile file, string? labelsPath, DataOptions options, int? networkFeatures = null, TableLayout? layout = null)
    {
        using var reader = new TableReader(file, options, labelsPath is not null, networkFeatures, layout);
        var apart = labelsPath is null || options.IgnoresTargets ? null : ReadLabels(labelsPath, options);
        reader.ReadAll();
        var sampleCount = reader.SampleCount;
        if (apart is not null && apart.SampleCount != sampleCount)
            throw new InvalidInputException(
                $"{labelsPath}: has {apart.SampleCount} labels; expected {sampleCount}, the number of samples in {file.Path}");
        var targets = apart
            ?? (reader._columns.HasTargets && !options.IgnoresTargets ? reader._targets
                : RawTargets.Unknown(file.Path, options.TargetKind, sampleCount));
        var own = layout is not null && layout.Columns.Count == reader._columns.FeatureCount ? layout
            : reader._fields.Layout(reader._hasHeader, sampleCount);
        var samples = new RawSamples(file.Path, own.FeatureCount, targets) { Table = own, Note = reader._note };
        var values = reader._fields.Expand(reader._values.Take(), own);
        if (ToBytes(values) is { } bytes)
        {
            values.Dispose();
            samples.Bytes = bytes;
        }
        else samples.Floats = values;
        return samples;
    }

    /// <summary>Reads a file with one target a line.</summary>
    private static RawTargets ReadLabels(string path, DataOptions options)
    {
        var kind = options.TargetKind;
        if (kind == TargetKind.LabelSets)
            throw new InvalidInputException($"{path}: labels apart; expected a column of the table for each label (--targets)");
        using var lines = new LineReader(InputFile.Open(path, "a label a line"), options.Encoding);
        var targets = new RawTargets(path, kind, kind == TargetKind.Real ? ["target"] : null);
        while (lines.TryRead(out var line))
        {
            var label = line.Trim(" \t"u8);
            if (label.IsEmpty) continue;
            if (label.IndexOfAny((byte)' ', (byte)'\t') >= 0) throw lines.Error("more than one word; expected one label a line");
            if (kind == TargetKind.Classes) AddLabel(targets.Labels, lines, label);
            else if (new TableNumber(options.HasDecimalComma).TryRead(label, out var value)) targets.Values.Add(value);
            else throw lines.Error($"the target is '{Show(label)}'; expected a finite number");
        }
        targets.Labels.Complete();
        if (targets.SampleCount == 0) throw new InvalidInputException($"{path}: holds blank lines only; expected a label a line");
        return targets;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lines.Dispose();
        _values.Dispose();
    }

    private int SampleCount => checked((int)(_values.Length / _columns.FeatureCount));

    private void ReadAll()
    {
        var mayBeHeader = false;
        while (_lines.TryRead(out var line))
        {
            if (line.Trim(" \t"u8).IsEmpty) continue;
            if (_columns is null)
            {
                Begin(line);
                if (IsHeader(line)) continue;
                mayBeHeader = _options.Header == TableHeader.Auto && TargetIsName(line);
            }
            else if (mayBeHeader)
            {
                mayBeHeader = false;
                if (!TargetIsName(line)) ForgetSamples();
            }
            AddSample(line);
        }
        if (_values.Length == 0) throw new InvalidInputException($"{_lines.Path}: has no samples; expected {Expected}");
        _targets.Labels.Complete();
    }

    // The first line was column numbers and the name of the label column.
    private void ForgetSamples()
    {
        _values.Clear();
        NameTargets(hasHeader: true);
    }

    private void Begin(ReadOnlySpan<byte> line)
    {
        _separator = (byte)' ';
        var most = 0;
        foreach (var candidate in _options.HasDecimalComma ? ";\t"u8 : ",;\t"u8)
        {
            var count = line.Count(candidate);
            if (count > most) (_separator, most) = (candidate, count);
        }
        var names = new List<string>();
        var fields = new FieldReader(_lines, line, _separator);
        while (fields.TryRead(out var field)) names.Add(Encoding.UTF8.GetString(field));
        _endsWithSeparator = names.Count > 1 && _separator != ' ' && line[^1] == _separator;
        if (_endsWithSeparator) names.RemoveAt(names.Count - 1);
        _columns = _layout is { HasNames: true } layout && _options.Header != TableHeader.No && MayName(names, layout)
            ? TableColumns.ByName(_lines, names, _options, _areApart, layout)
            : TableColumns.ByPlace(_lines, names, _options, _areApart, _networkColumns);
        NameTargets(hasHeader: false);
        if (_options.Header == TableHeader.Auto && AreNumbered(names))
            _note = $"the first line of {_lines.Path} is {names[0]}, {names[1]}, {names[2]}, ...: if these are names of columns, use --header yes";
    }

    // As libraries number columns without names: more than two, so that it is hardly by chance.
    private static bool AreNumbered(List<string> names) => names.Count > 2 && names[0] is "0" or "1" && Enumerable.Range(0, names.Count)
        .All(index => names[index] == (index + names[0][0] - '0').ToString(CultureInfo.InvariantCulture));

    private bool IsHeader(ReadOnlySpan<byte> line)
    {
        var isHeader = _options.Header == TableHeader.Yes || _columns.AreByName || (_options.Header == TableHeader.Auto
            && (NamesColumns(line) || (_options.TargetKind != TargetKind.Classes && TargetIsName(line))));
        if (isHeader) NameTargets(hasHeader: true);
        return isHeader;
    }

    // A first line that has all the names, or no number.
    private bool MayName(List<string> names, TableLayout layout) => _options.Header == TableHeader.Yes
        || layout.Columns.All(column => names.Contains(column.Name!)) || !names.Exists(name => _numbers.IsNumber(Encoding.UTF8.GetBytes(name)));

    private void NameTargets(bool hasHeader)
    {
        _hasHeader = hasHeader;
        _fields = new(_lines, _numbers, _options, _columns, _layout);
        if (hasHeader) _note = null;
        _targets = new(_lines.Path, _options.TargetKind,
            _options.TargetKind == TargetKind.Classes ? null : _columns.TargetNames(hasHeader));
        _row = new float[_targets.Names?.Count ?? 0];
    }

    private bool NamesColumns(ReadOnlySpan<byte> line)
    {
        var fields = new FieldReader(_lines, line, _separator);
        int names = 0, firstName = 0;
        var hint = "";
        for (var column = 0; fields.TryRead(out var field); column++)
        {
            if (_columns.FeatureOf(column) < 0 || _numbers.IsNumber(field) || IsMissing(field)) continue;
            if (names++ > 0) continue;
            firstName = column + 1;
            hint = _numbers.Hint(field);
        }
        if (names == 0) return false;
        if (names < _columns.FeatureCount)
            throw _lines.Error($"field {firstName} is not a number, others are; expected numbers, or names of all columns{hint}"
                + (hint.Length == 0 && _options.HasCategories ? " (categories without a header: --header no)" : ""));
        return true;
    }

    private bool IsMissing(ReadOnlySpan<byte> field) =>
        (_options.Missing != MissingValueMode.Refuse || _layout is not null) && MissingValues.Is(field);

    private bool TargetIsName(ReadOnlySpan<byte> line)
    {
        var fields = new FieldReader(_lines, line, _separator);
        for (var column = 0; fields.TryRead(out var field); column++)
            if (_columns.TargetOf(column) >= 0) return !_numbers.IsNumber(field);
        return false;
    }

    private void AddSample(ReadOnlySpan<byte> line)
    {
        var fields = new FieldReader(_lines, line, _separator);
        var column = 0;
        for (; fields.TryRead(out var field); column++)
        {
            if (column == _columns.Count && _endsWithSeparator && field.IsEmpty) continue;
            if (column >= _columns.Count) throw TooLong(field);
            if (_columns.TargetOf(column) is var target and >= 0)
            {
                if (!_options.IgnoresTargets) AddTarget(field, column, target);
                continue;
            }
            if (_columns.FeatureOf(column) is not (var feature and >= 0)) continue;
            _fields.Read(column, feature, field);
        }
        if (column < _columns.Count) throw _lines.Error($"has {column} fields; expected {_columns.Count}, as in the first line");
        _values.Add(_fields.Row);
        if (!_columns.HasTargets || _options.IgnoresTargets) return;
        if (_targets.Kind == TargetKind.Real) _targets.Values.AddRange(_row);
        else if (_targets.Kind == TargetKind.LabelSets) _targets.AddColumns(_row);
    }

    private InvalidInputException TooLong(ReadOnlySpan<byte> field) => _lines.Error(
        _endsWithSeparator ? $"has more than {_columns.Count} fields; expected nothing behind the last '{(char)_separator}', as in the first line"
        : field.IsEmpty ? $"ends with '{(char)_separator}'; expected {_columns.Count} fields, as in the first line"
        : $"has more than {_columns.Count} fields; expected {_columns.Count}, as in the first line");

    private void AddTarget(ReadOnlySpan<byte> field, int column, int target)
    {
        if (_targets.Kind == TargetKind.Classes)
        {
            if (field.IsEmpty) throw _lines.Error($"field {column + 1}, the label, is empty; expected a label");
            AddLabel(_targets.Labels, _lines, field);
            return;
        }
        var isNumber = _numbers.TryRead(field, out _row[target]);
        if (_targets.Kind == TargetKind.Real && !isNumber)
            throw _lines.Error(
                $"field {column + 1}, the target '{_targets.Names![target]}', is '{Show(field)}'; expected a finite number "
                + "(for classes give --output-activation softmax)");
        if (_targets.Kind == TargetKind.LabelSets && (!isNumber || _row[target] is not (0 or 1)))
            throw _lines.Error($"field {column + 1}, the label '{_targets.Names![target]}', is '{Show(field)}'; expected 0 or 1");
    }

    // Text of images: a quarter of the memory, the same values.
    private static unsafe NativeBuffer<byte>? ToBytes(NativeBuffer<float> values)
    {
        for (long index = 0; index < values.Length; index++)
            if (values.Pointer[index] != (byte)values.Pointer[index] || float.IsNegative(values.Pointer[index])) return null;
        var bytes = new NativeBuffer<byte>(values.Length, zeroed: false);
        for (long index = 0; index < values.Length; index++) bytes.Pointer[index] = (byte)values.Pointer[index];
        return bytes;
    }

    private static void AddLabel(RawLabels labels, LineReader lines, ReadOnlySpan<byte> text)
    {
        const int LabelCharsMax = 256;
        Span<char> label = stackalloc char[LabelCharsMax];
        if (!Encoding.UTF8.TryGetChars(text, label, out var length))
            throw lines.Error($"a label of {text.Length} bytes; expected at most {LabelCharsMax} characters");
        labels.Add(label[..length], lines.LineNumber);
    }

    internal static string Show(ReadOnlySpan<byte> text)
    {
        const int ShownMax = 24;
        return Show(Encoding.UTF8.GetString(text[..Math.Min(text.Length, ShownMax)])) + (text.Length > ShownMax ? "..." : "");
    }

    internal static string Show(string text) => string.Concat(text.Select(character => char.IsControl(character) ? '?' : character));
}
