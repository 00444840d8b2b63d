using System.Globalization;
using System.Text;
using ActorSparse.Model;

namespace ActorSparse.Host.Runs;

/// <summary>
/// The folder of one run: config.json, metrics.jsonl, metrics.csv, events.log, checkpoints/ and report.html. While a run is going on it
/// holds the log open, so that no second process writes to the same folder.
/// </summary>
public sealed class RunFolder : IDisposable
{
    private const string ConfigurationName = "config.json";
    private readonly FileStream _events;

    private RunFolder(string path, FileStream events) => (Root, _events) = (path, events);

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>config.json.</summary>
    public string ConfigurationPath => ConfigurationOf(Root);

    /// <summary>report.html.</summary>
    public string ReportPath => Path.Combine(Root, "report.html");

    /// <summary>checkpoints/.</summary>
    public string CheckpointFolder => Path.Combine(Root, "checkpoints");

    /// <summary>The checkpoint to resume from.</summary>
    public string LastCheckpoint => LastCheckpointOf(Root);

    /// <summary>Whether there is one.</summary>
    public bool HasCheckpoint => File.Exists(LastCheckpoint);

    /// <summary>The checkpoint of the epoch with the best accuracy on the test samples.</summary>
    public string BestCheckpoint => Path.Combine(CheckpointFolder, "best.safetensors");

    /// <summary>The checkpoint after <paramref name="epoch"/>.</summary>
    public string EpochCheckpoint(int epoch) =>
        Path.Combine(CheckpointFolder, string.Create(CultureInfo.InvariantCulture, $"epoch-{epoch}.safetensors"));

    /// <summary>Where the folder <paramref name="path"/> has its configuration.</summary>
    public static string ConfigurationOf(string path) => Path.Combine(path, ConfigurationName);

    /// <summary>Where the folder <paramref name="path"/> has its last checkpoint.</summary>
    public static string LastCheckpointOf(string path) => Path.Combine(path, "checkpoints", "last.safetensors");

    /// <summary>Refuses a folder that a new run must not write to; touches nothing.</summary>
    /// <exception cref="InvalidInputException">Something is there, and <paramref name="force"/> does not allow to replace it.</exception>
    public static void CheckNew(string path, bool force)
    {
        if (File.Exists(path)) throw new InvalidInputException($"{path}: is a file; expected a folder for the run");
        if (!Directory.Exists(path) || !Directory.EnumerateFileSystemEntries(path).Any()) return;
        if (!force) throw new InvalidInputException(
            $"{path}: exists already; continue it with --resume, replace it with --force, or choose another --name");
        if (!File.Exists(ConfigurationOf(path)))
            throw new InvalidInputException($"{path}: is no run folder (it has no {ConfigurationName}); --force replaces run folders only");
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

    /// <summary>Makes the folder for a new run; what <see cref="CheckNew"/> allowed to replace goes.</summary>
    public static RunFolder Create(string path)
    {
        if (Directory.Exists(path)) Open(path).Dispose(); // a run that is going on is not replaced
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        return Open(path);
    }

    /// <summary>Opens the folder, which may exist.</summary>
    /// <exception cref="InvalidInputException">It cannot be written, or another process has it open.</exception>
    public static RunFolder Open(string path) =>
        TryOpen(path) ?? throw new InvalidInputException($"{path}: another process is using this run folder");

    /// <summary>Opens the folder, which may exist; null if another process has it open.</summary>
    /// <exception cref="InvalidInputException">It cannot be written.</exception>
    public static RunFolder? TryOpen(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.Combine(path, "checkpoints"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, error);
        }
        try
        {
            // .NET locks for None only; the lock is the kernel's, which frees it when the process is gone, and NFS has it too.
            // Without a buffer, what could not be written is not tried again when the file is closed.
            return new(path, new(Path.Combine(path, "events.log"), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0));
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException error)
        {
            throw Unwritable(path, error);
        }
    }

    /// <summary>Adds a line with the time to events.log.</summary>
    public void Log(string text)
    {
        var time = DateTimeOffset.Now.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        _events.Write(Encoding.UTF8.GetBytes($"{time} {text.ReplaceLineEndings(" ")}\n"));
        _events.Flush(flushToDisk: true);
    }

    /// <inheritdoc/>
    public void Dispose() => _events.Dispose();

    private static InvalidInputException Unwritable(string path, Exception error) =>
        new($"{path}: cannot be written ({error.Message})", error);
}
