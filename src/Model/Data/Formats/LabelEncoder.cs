using System.Globalization;

namespace ActorSparse.Model.Data.Formats;

/// <summary>
/// Which class a label becomes, settled by the training set so that train and test agree. Class numbers stay as they are; other integers
/// are classes in numeric order (-1, +1 become 0, 1), names in ordinal order. Integers within 0 to a given class count - 1 stay as they
/// are too.
/// </summary>
internal sealed class LabelEncoder
{
    private readonly Dictionary<string, int> _classes = new(StringComparer.Ordinal);
    private readonly bool _identity;

    /// <summary>
    /// Encodes as the training set's <paramref name="labels"/> ask; <paramref name="classCount"/> is the given number of classes, if any.
    /// </summary>
    internal LabelEncoder(RawLabels labels, int? classCount)
    {
        var values = labels.Values.Select(value => value.Value).ToArray();
        var integers = values.Select(ToInteger).ToArray();
        var allIntegers = integers.All(number => number is not null);
        _identity = labels.AreClasses || (classCount is { } given && integers.All(number => number >= 0 && number < given));
        if (_identity)
        {
            ClassCount = classCount ?? (int)integers.Max()!.Value + 1;
            return;
        }
        if (classCount < values.Length)
            throw new InvalidInputException(
                $"{labels.Path}: has {values.Length} distinct labels; expected at most {classCount}, the given number of classes");
        if (allIntegers) Array.Sort(integers, values);
        else Array.Sort(values, StringComparer.Ordinal);
        for (var index = 0; index < values.Length; index++) _classes.Add(values[index], index);
        ClassCount = classCount ?? values.Length;
        ClassNames = [.. values, .. Enumerable.Range(values.Length, ClassCount - values.Length).Select(index => $"class {index}")];
    }

    /// <summary>
    /// Encodes as a trained network does that has these classes. Where names are not numbers themselves, class numbers are understood too.
    /// </summary>
    internal LabelEncoder(int classCount, IReadOnlyList<string>? classNames)
    {
        ClassCount = classCount;
        ClassNames = classNames;
        _identity = classNames is null || classNames.All(name => ToInteger(name) is null);
        for (var index = 0; index < classNames?.Count; index++) _classes.TryAdd(classNames[index], index);
    }

    /// <summary>Number of classes.</summary>
    internal int ClassCount { get; }

    /// <summary>The label of every class; null if labels are class numbers.</summary>
    internal IReadOnlyList<string>? ClassNames { get; }

    /// <summary>The class of every sample.</summary>
    /// <exception cref="InvalidInputException">A label is not one of the classes.</exception>
    internal int[] Encode(RawLabels labels)
    {
        var classOf = labels.Values.Select(value => ClassOf(value.Value, _identity || labels.AreClasses)
            ?? throw new InvalidInputException(
                $"{labels.Path}, {value.Where}: label '{value.Value}'; expected {ExpectedLabels()}")).ToArray();
        var encoded = new int[labels.SampleCount];
        for (var index = 0; index < encoded.Length; index++) encoded[index] = classOf[labels.Codes[index]];
        return encoded;
    }

    private int? ClassOf(string value, bool isNumber)
    {
        if (_classes.TryGetValue(value, out var known)) return known;
        return isNumber && ToInteger(value) is { } number && number >= 0 && number < ClassCount ? (int)number : null;
    }

    private static long? ToInteger(string value) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private string ExpectedLabels()
    {
        const int Shown = 10;
        if (_classes.Count == 0) return $"a class from 0 to {ClassCount - 1}";
        return $"a label of the training data: {string.Join(", ", _classes.Keys.Take(Shown))}{(_classes.Count > Shown ? ", ..." : "")}";
    }
}
