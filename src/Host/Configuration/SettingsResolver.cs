using ActorSparse.Model;

namespace ActorSparse.Host.Configuration;

/// <summary>Puts the sources of options over one another: defaults, then a recipe or a stored run, the environment, the command
/// line.</summary>
internal static class SettingsResolver
{
    internal const string DefaultSource = "default";
    internal const string DataSource = "chosen for the data";
    internal const string CommandLine = "command line";
    private const string EnvironmentPrefix = "ACTORSPARSE_";

    /// <summary>Resolves the options of <paramref name="verb"/>.</summary>
    /// <param name="verb">The command.</param>
    /// <param name="stored">What a recipe or run gives, if there is one.</param>
    /// <param name="environment">The process's environment.</param>
    /// <param name="commandLine">What the command line gives, by name.</param>
    /// <exception cref="InvalidInputException">A name is unknown or a value is no such value.</exception>
    public static Settings Resolve(
        string verb,
        StoredSettings? stored,
        IReadOnlyDictionary<string, string> environment,
        IReadOnlyDictionary<string, string> commandLine)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(commandLine);
        RefuseUnknownVariables(environment);
        var values = new Dictionary<string, (string? Value, string Source)>(StringComparer.Ordinal);
        foreach (var option in OptionTable.For(verb))
            values[option.Name] = Choose(option, stored, environment, commandLine);
        // Own samples take the place of a recipe's data set.
        if (verb is Verbs.Train or Verbs.Compare or Verbs.Cluster && commandLine.ContainsKey("train") && !commandLine.ContainsKey("dataset"))
            values["dataset"] = ("files", values["train"].Source);
        return new(values) { Origin = stored?.Name, Folder = stored?.Folder, FolderSource = stored?.Source };
    }

    private static (string? Value, string Source) Choose(
        OptionDefinition option,
        StoredSettings? stored,
        IReadOnlyDictionary<string, string> environment,
        IReadOnlyDictionary<string, string> commandLine)
    {
        if (commandLine.TryGetValue(option.Name, out var text))
            return (option.Normalise(text, CommandLine), $"{CommandLine} (--{option.Name})");
        foreach (var variable in (ReadOnlySpan<string?>)[option.EnvironmentName, option.EnvironmentAlias])
            if (variable is not null && environment.TryGetValue(variable, out text) && text.Length > 0)
                return (option.Normalise(text, $"environment ({variable})"), $"environment ({variable})");
        if (stored is not null && stored.Values.TryGetValue(option.Name, out text))
            return (option.Normalise(text, stored.Source), stored.Source);
        return (option.Default, DefaultSource);
    }

    // A misspelt variable would otherwise change nothing, silently.
    private static void RefuseUnknownVariables(IReadOnlyDictionary<string, string> environment)
    {
        foreach (var name in environment.Keys.Where(name => name.StartsWith(EnvironmentPrefix, StringComparison.Ordinal)))
        {
            var known = OptionTable.EnvironmentNames;
            if (!known.Contains(name))
                throw new InvalidInputException($"environment: {name} is no setting of ActorSparse{Suggestion.For(name, known)}");
        }
    }
}
