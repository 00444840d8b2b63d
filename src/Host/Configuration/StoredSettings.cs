namespace ActorSparse.Host.Configuration;

/// <summary>Options that a file gives: a recipe, or the configuration stored with a run or checkpoint.</summary>
/// <param name="Name">Name of the recipe, if there was one.</param>
/// <param name="Source">The file, for messages.</param>
/// <param name="Values">Value by option name.</param>
/// <param name="Folder">Where a run was started, which its relative paths begin from; null if that is not known.</param>
internal sealed record StoredSettings(string? Name, string Source, IReadOnlyDictionary<string, string> Values, string? Folder = null);
