using System.Text;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data.Formats;

/// <summary>
/// Reads delimited text: a sample a line, its features numbers, its label in the first or last column or, as the Madelon distribution has
/// it, in a file of its own with a label a line. Separators are comma, semicolon, tab or blanks; fields may be quoted; blank lines do not
/// count.
/// </summary>
internal sealed class TableReader : IDisposable
{
    private const string Expected = "a table of numbers";

    private readonly LineReader _lines;
    private readonly LabelColumn _labelColumn;
    private readonly GrowableBuffer<float> _values = new();
    private RawLabels _labels;
    private byte _separator;
    private int _fieldCount;

    private TableReader(string path, LabelColumn labelColumn)
    {
        _labelColumn = labelColumn;
        _labels = new(path);
        _lines = new(path, Expected);
    }

    /// <summary>Reads <paramref name="path"/>, with the labels in <paramref name="labelsPath"/> if that is given.</summary>
    internal static RawSamples Read(string path, string? labelsPath, LabelColumn labelColumn, TableHeader header)
    {
        var labels = labelsPath is null ? null : ReadLabels(labelsPath);
        using var reader = new TableReader(path, labels is null ? labelColumn : LabelColumn.None);
        reader.ReadAll(header);
        var sampleCount = reader.SampleCount;
        if (labels is not null && labels.SampleCount != sampleCount)
            throw new InvalidInputException(
                $"{labelsPath}: has {labels.SampleCount} labels; expected {sampleCount}, the number of samples in {path}");
        var isLabelled = labels is not null || labelColumn != LabelColumn.None;
        labels ??= isLabelled ? reader._labels : RawLabels.FromClasses(path, new int[sampleCount]);
        var samples = new RawSamples(path, reader.FeatureCount, labels) { IsLabelled = isLabelled };
        var values = reader._values.Take();
        if (ToBytes(values) is { } bytes)
        {
            values.Dispose();
            samples.Bytes = bytes;
        }
        else samples.Floats = values;
        return samples;
    }

    /// <summary>Reads a file with one label a line.</summary>
    private static RawLabels ReadLabels(string path)
    {
        using var lines = new LineReader(path, "a label a line");
        var labels = new RawLabels(path);
        while (lines.TryRead(out var line))
        {
            var label = line.Trim(" \t"u8);
            if (label.IsEmpty) continue;
            if (label.IndexOfAny((byte)' ', (byte)'\t') >= 0) throw lines.Error("more than one word; expected one label a line");
            AddLabel(labels, lines, label);
        }
        if (labels.SampleCount == 0) throw new InvalidInputException($"{path}: holds blank lines only; expected a label a line");
        return labels;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lines.Dispose();
        _values.Dispose();
    }

    private int FeatureCount => _labelColumn == LabelColumn.None ? _fieldCount : _fieldCount - 1;

    private int SampleCount => checked((int)(_values.Length / FeatureCount));

    private void ReadAll(TableHeader header)
    {
        var mayBeHeader = false;
        while (_lines.TryRead(out var line))
        {
            if (line.Trim(" \t"u8).IsEmpty) continue;
            if (_fieldCount == 0)
            {
                Begin(line);
                if (header == TableHeader.Yes || (header == TableHeader.Auto && NamesColumns(line))) continue;
                mayBeHeader = header == TableHeader.Auto && LabelIsName(line);
            }
            else if (mayBeHeader)
            {
                mayBeHeader = false;
                if (!LabelIsName(line)) ForgetSamples();
            }
            AddSample(line);
        }
        if (_values.Length == 0) throw new InvalidInputException($"{_lines.Path}: has no samples; expected {Expected}");
    }

    // The first line was column numbers and the name of the label column.
    private void ForgetSamples()
    {
        _values.Clear();
        _labels = new(_lines.Path);
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
        var fields = new FieldReader(_lines, line, _separator);
        while (fields.TryRead(out _)) _fieldCount++;
        if (FeatureCount == 0) throw _lines.Error("has one column only; expected features and a label");
    }

    private bool NamesColumns(ReadOnlySpan<byte> line)
    {
        var fields = new FieldReader(_lines, line, _separator);
        int names = 0, firstName = 0;
        for (var column = 0; fields.TryRead(out var field); column++)
        {
            if (IsLabel(column) || IsNumber(field)) continue;
            if (names++ == 0) firstName = column + 1;
        }
        if (names == 0) return false;
        if (names < FeatureCount)
            throw _lines.Error($"field {firstName} is not a number, others are; expected numbers, or names of all columns");
        return true;
    }

    private bool LabelIsName(ReadOnlySpan<byte> line)
    {
        var fields = new FieldReader(_lines, line, _separator);
        for (var column = 0; fields.TryRead(out var field); column++)
            if (IsLabel(column)) return !IsNumber(field);
        return false;
    }

    private void AddSample(ReadOnlySpan<byte> line)
    {
        var fields = new FieldReader(_lines, line, _separator);
        var column = 0;
        for (; fields.TryRead(out var field); column++)
        {
            if (column == _fieldCount)
                throw _lines.Error($"has more than {_fieldCount} fields; expected {_fieldCount}, as in the first line");
            if (IsLabel(column))
            {
                if (field.IsEmpty) throw _lines.Error($"field {column + 1}, the label, is empty; expected a label");
                AddLabel(_labels, _lines, field);
                continue;
            }
            var length = NumberParser.Read(field, out var value);
            if (length == 0 || length < field.Length || !float.IsFinite(value))
                throw _lines.Error($"field {column + 1} is '{Show(field)}'; expected a finite number");
            _values.Add(value);
        }
        if (column < _fieldCount) throw _lines.Error($"has {column} fields; expected {_fieldCount}, as in the first line");
    }

    private bool IsLabel(int column) =>
        _labelColumn == LabelColumn.First ? column == 0 : _labelColumn == LabelColumn.Last && column == _fieldCount - 1;

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
        var shown = Encoding.UTF8.GetString(text[..Math.Min(text.Length, ShownMax)]);
        return string.Concat(shown.Select(character => char.IsControl(character) ? '?' : character))
            + (text.Length > ShownMax ? "..." : "");
    }
}
