using System.Globalization;

namespace ActorSparse.Model.Data.Formats;

/// <summary>
/// Labels as a file gives them: a code for every sample into the table of distinct values. Which class a value becomes is settled by a
/// <see cref="LabelEncoder"/>, from the training set alone.
/// </summary>
internal sealed class RawLabels
{
    /// <summary>More classes than this are taken for a mistake, such as a continuous target.</summary>
    internal const int ClassesMax = 1 << 20;

    private readonly Dictionary<string, int> _codes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly List<(string Value, string Where)> _values = [];
    private readonly List<int> _sampleCodes = [];
    private (string Value, string Where)? _fraction;

    internal RawLabels(string path)
    {
        Path = path;
        _lookup = _codes.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The file's path.</summary>
    internal string Path { get; }

    /// <summary>Whether values are class numbers from 0 on by the format's definition, rather than names of classes.</summary>
    internal bool AreClasses { get; private init; }

    /// <summary>Number of samples.</summary>
    internal int SampleCount => _sampleCodes.Count;

    /// <summary>The distinct values in order of appearance, each with the place of the first sample that has it.</summary>
    internal IReadOnlyList<(string Value, string Where)> Values => _values;

    /// <summary>For every sample, the position of its value in <see cref="Values"/>.</summary>
    internal IReadOnlyList<int> Codes => _sampleCodes;

    /// <summary>Labels that are classes already.</summary>
    internal static RawLabels FromClasses(string path, ReadOnlySpan<int> classes)
    {
        var labels = new RawLabels(path) { AreClasses = true };
        Span<char> text = stackalloc char[16];
        foreach (var label in classes)
        {
            label.TryFormat(text, out var length, provider: CultureInfo.InvariantCulture);
            labels.Add(text[..length]);
        }
        return labels;
    }

    /// <summary>
    /// Adds the label of the next sample, from <paramref name="line"/> (counted from 1) of a text file, or from
    /// <paramref name="file"/>. Integers written in different ways (+1, 1.0, 1e0) are one value.
    /// </summary>
    /// <exception cref="InvalidInputException">There are too many distinct ones.</exception>
    internal void Add(ReadOnlySpan<char> label, long line = 0, string? file = null)
    {
        if (!_lookup.TryGetValue(label, out var code))
        {
            var where = file ?? (line > 0 ? $"line {line}" : $"sample {SampleCount + 1}");
            var value = Canonical(label, where);
            if (!_codes.TryGetValue(value, out code))
            {
                if (_values.Count == ClassesMax)
                    throw new InvalidInputException(
                        $"{Path}, {where}: more than {ClassesMax} distinct labels; expected classes{QuantityHint}");
                code = _values.Count;
                _values.Add((value, where));
                _codes.Add(value, code);
            }
            // The spelling is remembered as well, so that the next sample with it costs one look-up.
            if (!_codes.ContainsKey(label.ToString())) _codes.Add(label.ToString(), code);
        }
        _sampleCodes.Add(code);
    }

    /// <summary>What has been added is all there is.</summary>
    /// <exception cref="InvalidInputException">A label is a number but no integer.</exception>
    internal void Complete()
    {
        if (_fraction is not var (value, where)) return;
        throw new InvalidInputException(
            $"{Path}, {where}: label '{value}'; expected an integer or a name (is the label in another column?); "
            + $"the label has {_values.Count} different values in {SampleCount} rows{QuantityHint}");
    }

    private const string QuantityHint = ": if it is a quantity, use --loss mean-squared-error";

    private string Canonical(ReadOnlySpan<char> label, string where)
    {
        if (!double.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return label.ToString();
        if (double.IsInteger(number) && Math.Abs(number) <= 1L << 53) return ((long)number).ToString(CultureInfo.InvariantCulture);
        // Once all are known it can be said whether they look like a quantity.
        _fraction ??= (label.ToString(), where);
        return label.ToString();
    }
}
