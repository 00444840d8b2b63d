using ActorSparse.Host.Configuration;

namespace ActorSparse.Host.Commands;

/// <summary>What a command is called with.</summary>
/// <param name="Verb">The command's name.</param>
/// <param name="Arguments">Values of the command's arguments, those that were given.</param>
/// <param name="CommandLine">Options given on the command line, by name.</param>
/// <param name="Environment">The process's environment.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record CommandContext(
    string Verb,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> CommandLine,
    IReadOnlyDictionary<string, string> Environment,
    TextWriter Output,
    TextWriter Error)
{
    /// <summary>The first argument, or null.</summary>
    public string? Argument => Arguments.Count > 0 ? Arguments[0] : null;

    /// <summary>The options over <paramref name="stored"/>.</summary>
    public Settings Resolve(StoredSettings? stored) => SettingsResolver.Resolve(Verb, stored, Environment, CommandLine);
}
