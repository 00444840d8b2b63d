using System.Globalization;
using ActorSparse.Model;

namespace ActorSparse.Host.Configuration;

/// <summary>The resolved options of one command: for each its value and where that came from.</summary>
internal sealed class Settings
{
    private readonly Dictionary<string, (string? Value, string Source)> _values;

    internal Settings(Dictionary<string, (string? Value, string Source)> values) => _values = values;

    /// <summary>Name of the recipe or checkpoint that the settings began with, if any.</summary>
    public string? Origin { get; init; }

    /// <summary>Where the run was started that the settings come from, if that is known.</summary>
    public string? Folder { get; init; }

    internal string? FolderSource { get; init; }

    /// <summary>Names of all options of the command.</summary>
    public IEnumerable<string> Names => _values.Keys;

    /// <summary>Whether someone gave the option; false where it has its default or none, or was chosen for the data.</summary>
    public bool IsGiven(string name) => _values.TryGetValue(name, out var entry)
        && entry.Source is not (SettingsResolver.DefaultSource or SettingsResolver.DataSource);

    /// <summary>Whether the command line gives the option.</summary>
    public bool IsOnCommandLine(string name) =>
        _values.TryGetValue(name, out var entry) && entry.Source.StartsWith(SettingsResolver.CommandLine, StringComparison.Ordinal);

    /// <summary>These settings with values chosen for the data in place of those named in <paramref name="chosen"/>.</summary>
    public Settings With(IReadOnlyDictionary<string, string> chosen)
    {
        ArgumentNullException.ThrowIfNull(chosen);
        var values = new Dictionary<string, (string? Value, string Source)>(_values, StringComparer.Ordinal);
        foreach (var (name, value) in chosen)
            values[name] = (OptionTable.Get(name).Normalise(value, SettingsResolver.DataSource), SettingsResolver.DataSource);
        return new(values) { Origin = Origin, Folder = Folder, FolderSource = FolderSource };
    }

    /// <summary>Where the value of an option came from, for messages.</summary>
    public string SourceOf(string name) => _values[name].Source;

    /// <summary>The value, or null if the option has none.</summary>
    public string? Find(string name) => _values.TryGetValue(name, out var entry)
        ? entry.Value
        : throw new InvalidOperationException($"the command has no option {name}");

    /// <summary>
    /// The path of a file or folder to read, or null if the option has none. That of a run begins where the run was started, if it is there.
    /// </summary>
    public string? FindPath(string name)
    {
        if (Find(name) is not { } path) return null;
        if (Folder is null || Path.IsPathRooted(path) || SourceOf(name) != FolderSource) return path;
        var there = Path.GetFullPath(path, Folder);
        return Path.GetFullPath(path) != there && Path.Exists(there) ? there : path;
    }

    /// <summary>The value as text.</summary>
    /// <exception cref="InvalidInputException">Nobody gave one.</exception>
    public string Text(string name) => Find(name) ?? throw new InvalidInputException($"--{name} is missing: {OptionTable.Get(name).Help}");

    /// <summary>The value as a 32-bit integer.</summary>
    public int Whole(string name) => checked((int)WholeLong(name));

    /// <summary>The value as a 64-bit integer.</summary>
    public long WholeLong(string name) => long.Parse(Text(name), CultureInfo.InvariantCulture);

    /// <summary>The value as a 32-bit integer, or null if the option has none.</summary>
    public int? FindWhole(string name) => Find(name) is null ? null : Whole(name);

    /// <summary>The value as a number.</summary>
    public double Number(string name) => double.Parse(Text(name), CultureInfo.InvariantCulture);

    /// <summary>The value as a number, or null if the option has none.</summary>
    public double? FindNumber(string name) => Find(name) is null ? null : Number(name);

    /// <summary>The value as true or false; false if the option has none.</summary>
    public bool Flag(string name) => Find(name) == "true";

    /// <summary>The value read by <paramref name="read"/>, whose complaint gets the source of the value in front.</summary>
    public T Read<T>(string name, Func<string, T> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        var text = Text(name);
        try
        {
            return read(text);
        }
        catch (InvalidInputException error)
        {
            throw new InvalidInputException($"{SourceOf(name)}: {name}: {error.Message}", error);
        }
    }

    /// <summary>The values of the groups that a run stores, by name, without those that have none.</summary>
    public SortedDictionary<string, string> Stored(params ReadOnlySpan<OptionGroup> groups)
    {
        var stored = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, entry) in _values)
            if (entry.Value is { } value && groups.Contains(OptionTable.Get(name).Group)) stored[name] = value;
        return stored;
    }
}
