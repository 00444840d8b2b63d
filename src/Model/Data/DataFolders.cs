namespace ActorSparse.Model.Data;

/// <summary>
/// Where the files of a named data set are looked for, in this order: the given folder and the folder in ACTORSPARSE_DATA (each itself,
/// then its subfolder of the data set's name), actorsparse/NAME in the user's data folder (XDG_DATA_HOME, else ~/.local/share, of Windows the
/// local application data), and the system's.
/// </summary>
internal sealed class DataFolders
{
    private readonly string[] _roots, _parents;

    private static string SystemFolder => !OperatingSystem.IsWindows() ? "/usr/share/datasets"
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "datasets");

    /// <summary>The folders of this process's environment, after <paramref name="dataFolder"/> if that is given.</summary>
    /// <exception cref="InvalidInputException">The given folder does not exist.</exception>
    public DataFolders(string? dataFolder) : this(dataFolder, Environment.GetEnvironmentVariable, SystemFolder) { }

    internal DataFolders(string? dataFolder, Func<string, string?> environment, string systemFolder)
    {
        if (dataFolder is not null && !Directory.Exists(dataFolder))
            throw new InvalidInputException($"{dataFolder}: no such folder; expected the folder of the data set's files");
        _roots = [.. new[] { dataFolder, environment("ACTORSPARSE_DATA") }.OfType<string>().Where(folder => folder.Length > 0)];
        var user = environment("XDG_DATA_HOME");
        if (string.IsNullOrEmpty(user))
            user = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Path.Combine(environment("HOME") ?? "", ".local", "share");
        _parents = [Path.Combine(user, "actorsparse"), systemFolder];
    }

    /// <summary>
    /// Full paths of <paramref name="files"/>, each possibly with ".gz" added, in the first folder that has them all, itself or in its
    /// <paramref name="subfolder"/>.
    /// </summary>
    /// <exception cref="InvalidInputException">
    /// No folder has them all; the message says where was looked and then <paramref name="remedy"/>.
    /// </exception>
    public string[] Find(string name, IReadOnlyList<string> files, string remedy, string subfolder = "")
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(files);
        string[] folders =
        [
            .. _roots.SelectMany(root => new[] { root, Path.Combine(root, name) }),
            .. _parents.Select(parent => Path.Combine(parent, name)),
        ];
        var looked = new List<string>();
        foreach (var folder in folders)
        {
            var found = files.Select(file => Locate(folder, file) ?? Locate(Path.Combine(folder, subfolder), file)).ToArray();
            var missing = files.Where((_, index) => found[index] is null).ToArray();
            if (missing.Length == 0) return found!;
            looked.Add(missing.Length == files.Count ? folder : $"{folder} (there without {missing[0]})");
        }
        throw new InvalidInputException($"{name}: not found; looked in {string.Join(", ", looked)}; {remedy}");
    }

    private static string? Locate(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        if (File.Exists(path)) return path;
        return File.Exists(path + ".gz") ? path + ".gz" : null;
    }
}
