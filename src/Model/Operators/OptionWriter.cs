using System.Globalization;

namespace ActorSparse.Model.Operators;

/// <summary>Lists options as the text form has them; those with their default are left out.</summary>
internal sealed class OptionWriter
{
    private readonly List<(string, string)> _options = [];

    /// <summary>What was added.</summary>
    internal IReadOnlyList<(string Name, string Value)> List => _options;

    internal OptionWriter Add(string name, int value, int? whenAbsent = null) =>
        Add(name, value.ToString(CultureInfo.InvariantCulture), whenAbsent?.ToString(CultureInfo.InvariantCulture));

    internal OptionWriter Add(string name, float value, float whenAbsent) =>
        Add(name, value.ToString(CultureInfo.InvariantCulture), whenAbsent.ToString(CultureInfo.InvariantCulture));

    internal OptionWriter Add(string name, bool value, bool whenAbsent) =>
        Add(name, value ? "true" : "false", whenAbsent ? "true" : "false");

    internal OptionWriter Add(string name, string value, string? whenAbsent)
    {
        if (value != whenAbsent) _options.Add((name, value));
        return this;
    }
}
