using System.Globalization;

namespace ActorSparse.Model.Operators;

/// <summary>
/// Reads the options of one node. Whatever cannot be used ends in one line that names the kind of node, option, value and what was
/// expected.
/// </summary>
internal sealed class OptionReader
{
    private readonly string _kind;
    private readonly Dictionary<string, string> _values = [];
    private readonly List<string> _known = [];

    internal OptionReader(string kind, IEnumerable<(string Name, string Value)> options)
    {
        _kind = kind;
        foreach (var (name, value) in options)
            if (!_values.TryAdd(name, value)) throw new InvalidInputException($"{kind}: option '{name}' is given twice");
    }

    /// <summary>A whole number of at least <paramref name="min"/>; without <paramref name="whenAbsent"/> it must be given.</summary>
    internal int Count(string name, int? whenAbsent = null, int min = 1)
    {
        var text = Find(name);
        if (text is null) return whenAbsent ?? throw Missing(name, Expected(min));
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min ? value
            : throw Fail(name, text, Expected(min));
    }

    /// <summary>A finite number.</summary>
    internal float Number(string name, float whenAbsent)
    {
        if (Find(name) is not { } text) return whenAbsent;
        return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value) ? value
            : throw Fail(name, text, "a number");
    }

    /// <summary>Yes or no.</summary>
    internal bool Flag(string name, bool whenAbsent) => Find(name) switch
    {
        null => whenAbsent,
        "true" => true,
        "false" => false,
        var text => throw Fail(name, text, "true or false"),
    };

    /// <summary>Any text.</summary>
    internal string Text(string name, string whenAbsent) => Find(name) ?? whenAbsent;

    /// <summary>One of <paramref name="choices"/>; the first where nothing is said, unless it <paramref name="isRequired"/>.</summary>
    internal string Choice(string name, bool isRequired, params string[] choices)
    {
        var text = Find(name);
        if (text is null && !isRequired) return choices[0];
        if (text is null) throw Missing(name, string.Join(" or ", choices));
        return choices.Contains(text) ? text : throw Fail(name, text, string.Join(" or ", choices));
    }

    /// <summary>What is wrong with a value.</summary>
    internal InvalidInputException Fail(string name, string value, string expected) =>
        new($"{_kind}: option '{name}' is '{value}'; expected {expected}");

    /// <summary>Refuses options that nobody asked for.</summary>
    internal void RefuseOthers()
    {
        foreach (var name in _values.Keys)
        {
            if (_known.Contains(name)) continue;
            var expected = _known.Count == 0 ? "no options" : $"one of {string.Join(", ", _known)}";
            throw new InvalidInputException($"{_kind}: option '{name}' is unknown; expected {expected}");
        }
    }

    private InvalidInputException Missing(string name, string expected) => new($"{_kind}: option '{name}' is missing; expected {expected}");

    private static string Expected(int min) => $"a whole number from {min} to {int.MaxValue}";

    private string? Find(string name)
    {
        _known.Add(name);
        return _values.GetValueOrDefault(name);
    }
}
