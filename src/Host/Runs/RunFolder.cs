using System.Globalization;
using System.Text.RegularExpressions;
using ActorSparse.Model;
using ActorSparse.Model.Checkpoints;

namespace ActorSparse.Host.Runs;

/// <summary>
/// The folder of one run: config.json, metrics.jsonl, metrics.csv, events.log, checkpoints/ and report.html. While a run is going on it
/// holds the log open, so that no second process writes to the same folder. Opening it changes nothing that is there, and what it makes goes
/// again unless a run begins.
/// </summary>
internal sealed partial class RunFolder : IDisposable
{
    private const string ConfigurationName = "config.json", EventsName = "events.log", ReportName = "report.html";

    // On Unix .NET locks for None only; the lock is the kernel's, which frees it when the process is gone, and NFS has it too. Windows keeps
    // other writers out of what is shared for reading.
    private static readonly FileShare s_lock = OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None;

    private readonly GrowingFile _events;
    private readonly IReadOnlyList<string> _made;
    private bool _hasBegun, _isDisposed;

    private RunFolder(string path, FileStream events, IReadOnlyList<string> made) => (Root, _events, _made) = (path, new(events), made);

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>config.json.</summary>
    public string ConfigurationPath => ConfigurationOf(Root);

    /// <summary>report.html.</summary>
    public string ReportPath => Path.Combine(Root, ReportName);

    /// <summary>checkpoints/.</summary>
    public string CheckpointFolder => CheckpointFolderOf(Root);

    /// <summary>The checkpoint to resume from.</summary>
    public string LastCheckpoint => LastCheckpointOf(Root);

    /// <summary>Whether there is one.</summary>
    public bool HasCheckpoint => File.Exists(LastCheckpoint);

    /// <summary>The checkpoint of the epoch with the best score on the test samples, or the validation samples if there are some.</summary>
    public string BestCheckpoint => BestCheckpointOf(Root);

    /// <summary>The name of the run in the folder <paramref name="path"/>.</summary>
    public static string NameOf(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));

    /// <summary>The checkpoint after <paramref name="epoch"/>.</summary>
    public string EpochCheckpoint(int epoch) =>
        Path.Combine(CheckpointFolder, string.Create(CultureInfo.InvariantCulture, $"epoch-{epoch}.safetensors"));

    /// <summary>Where the folder <paramref name="path"/> has its configuration.</summary>
    public static string ConfigurationOf(string path) => Path.Combine(path, ConfigurationName);

    /// <summary>Where the folder <paramref name="path"/> has its last checkpoint.</summary>
    public static string LastCheckpointOf(string path) => Path.Combine(CheckpointFolderOf(path), "last.safetensors");

    /// <summary>What to type to go on with the run in the folder <paramref name="path"/>.</summary>
    public static string ResumeCommand(string command, string path)
    {
        var isPlain = path.All(character => char.IsLetterOrDigit(character) || "/\\:._-+@".Contains(character, StringComparison.Ordinal));
        return $"actorsparse {command} --resume --out {(isPlain ? path : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'")}";
    }

    /// <summary>Where the folder <paramref name="path"/> has its best checkpoint.</summary>
    public static string BestCheckpointOf(string path) => Path.Combine(CheckpointFolderOf(path), "best.safetensors");

    /// <summary>The name of a run as it was given, if it was.</summary>
    /// <exception cref="InvalidInputException">It is a path.</exception>
    public static string? CheckName(string? name) =>
        name is null || (name.Length > 0 && name is not ("." or "..") && name.IndexOfAny(['/', '\\', '\0']) < 0) ? name
            : throw new InvalidInputException($"name '{name}': expected a name, no path (--out DIR takes one)");

    /// <summary>Refuses a folder that a new run must not write to; touches nothing.</summary>
    /// <exception cref="InvalidInputException">Something is there, and <paramref name="force"/> does not allow to replace it.</exception>
    public static void CheckNew(string path, bool force, bool canResume = false)
    {
        if (File.Exists(path)) throw new InvalidInputException($"{path}: is a file; expected a folder for the run");
        if (!Directory.Exists(path) || !Directory.EnumerateFileSystemEntries(path).Any()) return;
        if (!force) throw Exists(path, canResume);
        if (!HoldsRun(path))
            throw new InvalidInputException($"{path}: is no run folder (it has no {ConfigurationName} of a run); --force replaces run folders only");
    }

    /// <summary>Refuses a folder that cannot be resumed.</summary>
    /// <exception cref="InvalidInputException">It holds no run or no checkpoint.</exception>
    public static void CheckResumable(string path)
    {
        if (!File.Exists(ConfigurationOf(path)))
            throw new InvalidInputException($"{path}: holds no run to resume (there is no {ConfigurationName})");
        if (!File.Exists(LastCheckpointOf(path)))
            throw new InvalidInputException($"{path}: holds no checkpoint to resume from; start again with --force");
    }

    /// <summary>Opens the folder for a new run, as <see cref="CheckNew"/> allowed it.</summary>
    /// <exception cref="InvalidInputException">It cannot be written, or another process has it open or has begun a run there since.</exception>
    public static RunFolder OpenNew(string path, bool force)
    {
        var folder = Open(path);
        if (force || !File.Exists(folder.ConfigurationPath)) return folder;
        folder.Dispose();
        throw Exists(path, canResume: false);
    }

    /// <summary>Opens the folder, which may exist.</summary>
    /// <exception cref="InvalidInputException">It cannot be written, or another process has it open.</exception>
    public static RunFolder Open(string path) =>
        TryOpen(path) ?? throw new InvalidInputException($"{path}: another process is using this run folder");

    /// <summary>Opens the folder, which may exist; null if another process has it open.</summary>
    /// <exception cref="InvalidInputException">It cannot be written.</exception>
    public static RunFolder? TryOpen(string path)
    {
        var made = new List<string>();
        var log = Path.Combine(path, EventsName);
        try
        {
            Make(CheckpointFolderOf(path), made);
            if (!File.Exists(log)) made.Add(log);
            var events = new FileStream(log, FileMode.OpenOrCreate, FileAccess.Write, s_lock, bufferSize: 0);
            // Whoever had the lock may just have taken the file away, with a start that failed.
            if (File.Exists(log)) return new(path, events, made);
            events.Dispose();
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (error is IOException && File.Exists(log)) return null;
            Unmake(made);
            throw Unwritable(path, error);
        }
    }

    /// <summary>
    /// The run begins, now that nothing else can fail: writes its configuration. What killed processes left of files that they were writing
    /// goes; nobody writes them any more, since this process has the lock.
    /// </summary>
    /// <param name="configuration">config.json.</param>
    /// <param name="replaces">Whether what is there of another run goes too.</param>
    /// <exception cref="InvalidInputException">The folder cannot be written.</exception>
    public void Begin(string configuration, bool replaces)
    {
        try
        {
            foreach (var file in Files())
                if (Temporary().IsMatch(Path.GetRelativePath(Root, file))) File.Delete(file);
            AtomicFile.WriteText(ConfigurationPath, configuration);
            _hasBegun = true;
            if (replaces) Clear();
        }
        catch (UnauthorizedAccessException error)
        {
            throw Unwritable(Root, error);
        }
    }

    /// <summary>Adds a line with the time to events.log. If it cannot be written it is with the next one.</summary>
    /// <exception cref="IOException">It cannot be written now.</exception>
    public void Log(string text)
    {
        var time = DateTimeOffset.Now.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        _events.Add($"{time} {text.ReplaceLineEndings(" ")}\n");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        // Under the lock still: what another process makes there is not taken away. Windows takes nothing away that is open.
        if (OperatingSystem.IsWindows()) _events.Dispose();
        if (!_hasBegun) Unmake(_made);
        if (!OperatingSystem.IsWindows()) _events.Dispose();
    }

    // Its checkpoint first, so that a process that is killed meanwhile leaves nothing that could be taken for a run to resume.
    private void Clear()
    {
        File.Delete(LastCheckpoint);
        foreach (var folder in Directory.GetDirectories(Root))
            if (folder != CheckpointFolder) Directory.Delete(folder, recursive: true);
        foreach (var folder in Directory.GetDirectories(CheckpointFolder)) Directory.Delete(folder, recursive: true);
        foreach (var file in Files())
            if (Path.GetFileName(file) is not (ConfigurationName or EventsName) || Path.GetDirectoryName(file) == CheckpointFolder)
                File.Delete(file);
        _events.Clear();
    }

    private IEnumerable<string> Files() => [.. Directory.GetFiles(Root), .. Directory.GetFiles(CheckpointFolder)];

    private static void Make(string folder, List<string> made)
    {
        if (Directory.Exists(folder)) return;
        if (Path.GetDirectoryName(Path.GetFullPath(folder)) is { } parent) Make(parent, made);
        Directory.CreateDirectory(folder);
        made.Add(folder);
    }

    // A folder in which there is something else by now stays.
    private static void Unmake(IEnumerable<string> made)
    {
        foreach (var path in made.Reverse())
        {
            try
            {
                if (Directory.Exists(path)) Directory.Delete(path);
                else File.Delete(path);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return;
            }
        }
    }

    // Other programs have a file of that name too; one that is damaged or of another version has the log of its run beside it.
    private static bool HoldsRun(string path)
    {
        var configuration = ConfigurationOf(path);
        if (!File.Exists(configuration)) return false;
        if (File.Exists(Path.Combine(path, EventsName))) return true;
        try
        {
            _ = RunConfiguration.FromJson(File.ReadAllText(configuration), configuration);
            return true;
        }
        catch (InvalidInputException)
        {
            return false;
        }
    }

    private static InvalidInputException Exists(string path, bool canResume) =>
        new($"{path}: exists already; {(canResume ? "continue it with --resume, " : "")}replace it with --force, or choose another --name");

    private static string CheckpointFolderOf(string path) => Path.Combine(path, "checkpoints");

    private static InvalidInputException Unwritable(string path, Exception error) =>
        new($"{path}: cannot be written ({error.Message})", error);

    // Of the files that runs replace whole; other commands, which need no lock, have other names.
    [GeneratedRegex(@"^(config\.json|metrics\.(jsonl|csv)|report\.html|checkpoints.(last|best|epoch-[0-9]+)\.safetensors)\.[0-9]+\.tmp$")]
    private static partial Regex Temporary();
}
