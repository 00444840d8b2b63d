using ActorSparse.Host.Configuration;

namespace ActorSparse.Host.Commands;

/// <summary>What a command is called with.</summary>
/// <param name="Verb">The command's name.</param>
/// <param name="Argument">Value of the command's argument; null if it was not given.</param>
/// <param name="CommandLine">Options given on the command line, by name.</param>
/// <param name="Environment">The process's environment.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record CommandContext(
    string Verb,
    string? Argument,
    IReadOnlyDictionary<string, string> CommandLine,
    IReadOnlyDictionary<string, string> Environment,
    TextWriter Output,
    TextWriter Error)
{
    /// <summary>The options over <paramref name="stored"/>.</summary>
    public Settings Resolve(StoredSettings? stored) => SettingsResolver.Resolve(Verb, stored, Environment, CommandLine);
}
