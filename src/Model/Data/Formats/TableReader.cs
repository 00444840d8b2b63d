using System.Text;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data.Formats;

/// <summary>
/// Reads delimited text: a sample a line, its features numbers, its targets in columns of its own or, as the Madelon distribution has it, in
/// a file of their own with one a line. Separators are comma, semicolon, tab or blanks; fields may be quoted; blank lines do not count.
/// </summary>
internal sealed class TableReader : IDisposable
{
    private const string Expected = "a table of numbers";

    private readonly LineReader _lines;
    private readonly DataOptions _options;
    private readonly bool _areApart;
    private readonly int? _networkFeatures;
    private readonly GrowableBuffer<float> _values = new();
    private TableColumns _columns = null!; // until the first line is read
    private RawTargets _targets = null!;
    private float[] _row = [];
    private byte _separator;

    private TableReader(string path, DataOptions options, bool areApart, int? networkFeatures)
    {
        (_options, _areApart, _networkFeatures) = (options, areApart, networkFeatures);
        _lines = new(path, Expected);
    }

    /// <summary>
    /// Reads <paramref name="path"/>, with the targets in <paramref name="labelsPath"/> if that is given. A table with no more columns than
    /// a network has features, <paramref name="networkFeatures"/>, has no targets.
    /// </summary>
    internal static RawSamples Read(string path, string? labelsPath, DataOptions options, int? networkFeatures = null)
    {
        var apart = labelsPath is null ? null : ReadLabels(labelsPath, options.TargetKind);
        using var reader = new TableReader(path, options, apart is not null, networkFeatures);
        reader.ReadAll();
        var sampleCount = reader.SampleCount;
        if (apart is not null && apart.SampleCount != sampleCount)
            throw new InvalidInputException(
                $"{labelsPath}: has {apart.SampleCount} labels; expected {sampleCount}, the number of samples in {path}");
        var targets = apart
            ?? (reader._columns.HasTargets ? reader._targets : RawTargets.Unknown(path, options.TargetKind, sampleCount));
        var samples = new RawSamples(path, reader._columns.FeatureCount, targets);
        var values = reader._values.Take();
        if (ToBytes(values) is { } bytes)
        {
            values.Dispose();
            samples.Bytes = bytes;
        }
        else samples.Floats = values;
        return samples;
    }

    /// <summary>Reads a file with one target a line.</summary>
    private static RawTargets ReadLabels(string path, TargetKind kind)
    {
        if (kind == TargetKind.LabelSets)
            throw new InvalidInputException($"{path}: labels apart; expected a column of the table for each label (--targets)");
        using var lines = new LineReader(path, "a label a line");
        var targets = new RawTargets(path, kind, kind == TargetKind.Real ? ["target"] : null);
        while (lines.TryRead(out var line))
        {
            var label = line.Trim(" \t"u8);
            if (label.IsEmpty) continue;
            if (label.IndexOfAny((byte)' ', (byte)'\t') >= 0) throw lines.Error("more than one word; expected one label a line");
            if (kind == TargetKind.Classes) AddLabel(targets.Labels, lines, label);
            else if (IsNumber(label, out var value)) targets.Values.Add(value);
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
        _targets = new(_lines.Path, _options.TargetKind);
    }

    private void Begin(ReadOnlySpan<byte> line)
    {
        _separator = (byte)' ';
        var most = 0;
        foreach (var candidate in ",;\t"u8)
        {
            var count = line.Count(candidate);
            if (count > most) (_separator, most) = (candidate, count);
        }
        var names = new List<string>();
        var fields = new FieldReader(_lines, line, _separator);
        while (fields.TryRead(out var field)) names.Add(Encoding.UTF8.GetString(field));
        _columns = new(_lines, names, _options, _areApart, _networkFeatures);
        NameTargets(hasHeader: false);
    }

    private bool IsHeader(ReadOnlySpan<byte> line)
    {
        var isHeader = _options.Header == TableHeader.Yes || _columns.AreByName || (_options.Header == TableHeader.Auto
            && (NamesColumns(line) || (_options.TargetKind != TargetKind.Classes && TargetIsName(line))));
        if (isHeader) NameTargets(hasHeader: true);
        return isHeader;
    }

    private void NameTargets(bool hasHeader)
    {
        _targets = new(_lines.Path, _options.TargetKind,
            _options.TargetKind == TargetKind.Classes ? null : _columns.TargetNames(hasHeader));
        _row = new float[_targets.Names?.Count ?? 0];
    }

    private bool NamesColumns(ReadOnlySpan<byte> line)
    {
        var fields = new FieldReader(_lines, line, _separator);
        int names = 0, firstName = 0;
        for (var column = 0; fields.TryRead(out var field); column++)
        {
            if (_columns.TargetOf(column) >= 0 || IsNumber(field)) continue;
            if (names++ == 0) firstName = column + 1;
        }
        if (names == 0) return false;
        if (names < _columns.FeatureCount)
            throw _lines.Error($"field {firstName} is not a number, others are; expected numbers, or names of all columns");
        return true;
    }

    private bool TargetIsName(ReadOnlySpan<byte> line)
    {
        var fields = new FieldReader(_lines, line, _separator);
        for (var column = 0; fields.TryRead(out var field); column++)
            if (_columns.TargetOf(column) >= 0) return !IsNumber(field);
        return false;
    }

    private void AddSample(ReadOnlySpan<byte> line)
    {
        var fields = new FieldReader(_lines, line, _separator);
        var column = 0;
        for (; fields.TryRead(out var field); column++)
        {
            if (column == _columns.Count)
                throw _lines.Error($"has more than {_columns.Count} fields; expected {_columns.Count}, as in the first line");
            if (_columns.TargetOf(column) is var target and >= 0)
            {
                AddTarget(field, column, target);
                continue;
            }
            if (!IsNumber(field, out var value)) throw _lines.Error($"field {column + 1} is '{Show(field)}'; expected a finite number");
            _values.Add(value);
        }
        if (column < _columns.Count) throw _lines.Error($"has {column} fields; expected {_columns.Count}, as in the first line");
        if (!_columns.HasTargets) return;
        if (_targets.Kind == TargetKind.Real) _targets.Values.AddRange(_row);
        else if (_targets.Kind == TargetKind.LabelSets) _targets.AddColumns(_row);
    }

    private void AddTarget(ReadOnlySpan<byte> field, int column, int target)
    {
        if (_targets.Kind == TargetKind.Classes)
        {
            if (field.IsEmpty) throw _lines.Error($"field {column + 1}, the label, is empty; expected a label");
            AddLabel(_targets.Labels, _lines, field);
            return;
        }
        var isNumber = IsNumber(field, out _row[target]);
        if (_targets.Kind == TargetKind.Real && !isNumber)
            throw _lines.Error(
                $"field {column + 1}, the target '{_targets.Names![target]}', is '{Show(field)}'; expected a finite number "
                + "(for classes give --output-activation softmax)");
        if (_targets.Kind == TargetKind.LabelSets && (!isNumber || _row[target] is not (0 or 1)))
            throw _lines.Error($"field {column + 1}, the label '{_targets.Names![target]}', is '{Show(field)}'; expected 0 or 1");
    }

    private static bool IsNumber(ReadOnlySpan<byte> field, out float value) =>
        NumberParser.Read(field, out value) is var length && length > 0 && length == field.Length && float.IsFinite(value);

    private static bool IsNumber(ReadOnlySpan<byte> field) =>
        NumberParser.Read(field, out _) is var length && length > 0 && length == field.Length;

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
