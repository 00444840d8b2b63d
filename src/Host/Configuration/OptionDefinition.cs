using System.Globalization;
using ActorSparse.Model;

namespace ActorSparse.Host.Configuration;

/// <summary>
/// One option: the same entry makes the command line's --name, the environment's ACTORSPARSE_NAME and the recipe's key.
/// </summary>
/// <param name="Name">Name with hyphens, such as "batch-size".</param>
/// <param name="Group">What it is about.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="ValueName">What help calls the value.</param>
/// <param name="Help">One line for help.</param>
internal sealed record OptionDefinition(string Name, OptionGroup Group, OptionKind Kind, string ValueName, string Help)
{
    /// <summary>The value if nobody gives one; null if there is none.</summary>
    public string? Default { get; init; }

    /// <summary>Smallest number allowed.</summary>
    public double Minimum { get; init; } = double.NegativeInfinity;

    /// <summary>Largest number allowed.</summary>
    public double Maximum { get; init; } = double.PositiveInfinity;

    /// <summary>The words of a choice.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>What joins the elements where a recipe gives a list.</summary>
    public char ListSeparator { get; init; } = ',';

    /// <summary>A second name on the command line.</summary>
    public string? Alias { get; init; }

    /// <summary>A second name in the environment, where a shorter one is expected.</summary>
    public string? EnvironmentAlias { get; init; }

    /// <summary>The environment variable.</summary>
    public string EnvironmentName => "ACTORSPARSE_" + Name.Replace('-', '_').ToUpperInvariant();

    /// <summary>Whether a recipe may set it.</summary>
    public bool InRecipes => Group != OptionGroup.Call;

    /// <summary>The value in its one canonical spelling.</summary>
    /// <exception cref="InvalidInputException">The text is no such value; the message begins with <paramref name="source"/>.</exception>
    public string Normalise(string text, string source) => Kind switch
    {
        OptionKind.Whole => Whole(text, source),
        OptionKind.Number => Number(text, source),
        OptionKind.Flag => text.ToUpperInvariant() switch
        {
            "TRUE" or "ON" or "YES" or "1" => "true",
            "FALSE" or "OFF" or "NO" or "0" => "false",
            _ => throw Refuse(text, source, "true or false"),
        },
        OptionKind.Choice => Choices.Contains(text) ? text : throw Refuse(text, source, $"one of {string.Join(", ", Choices)}"),
        _ => text,
    };

    private string Whole(string text, string source) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= Minimum && value <= Maximum
            ? value.ToString(CultureInfo.InvariantCulture)
            : throw Refuse(text, source, "a whole number" + Range());

    private string Number(string text, string source) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && value >= Minimum && value <= Maximum
            ? value.ToString("R", CultureInfo.InvariantCulture)
            : throw Refuse(text, source, "a number" + Range());

    private string Range() => (double.IsFinite(Minimum), double.IsFinite(Maximum)) switch
    {
        (true, true) => string.Create(CultureInfo.InvariantCulture, $" from {Minimum} to {Maximum}"),
        (true, false) => string.Create(CultureInfo.InvariantCulture, $" of at least {Minimum}"),
        _ => "",
    };

    private InvalidInputException Refuse(string text, string source, string expected) =>
        new($"{source}: {Name} is '{text}'; expected {expected}");
}
