using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace ActorSparse.Model.Checkpoints;

/// <summary>
/// Replaces a file whole or not at all: the content goes to a temporary file beside it, is flushed to the disk and renamed, so that a
/// reader, a crash or a full disk never leaves half a file under the name.
/// </summary>
internal static class AtomicFile
{
    /// <summary>Writes <paramref name="path"/> with what <paramref name="write"/> puts into the handle. The folder must exist.</summary>
    public static void Write(string path, Action<SafeFileHandle> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var target = Path.GetFullPath(path);
        var temporary = $"{target}.{Environment.ProcessId}.tmp";
        try
        {
            using (var file = File.OpenHandle(temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.Read))
            {
                write(file);
                RandomAccess.FlushToDisk(file);
            }
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
        if (!OperatingSystem.IsWindows()) FlushFolder(Path.GetDirectoryName(target)!);
    }

    /// <summary>Writes <paramref name="path"/> with what <paramref name="write"/> puts into a stream.</summary>
    public static void WriteStream(string path, Action<Stream> write) => Write(path, file =>
    {
        // The handle stays open: it is flushed to the disk after the stream has gone.
        using var stream = new FileStream(new SafeFileHandle(file.DangerousGetHandle(), ownsHandle: false), FileAccess.ReadWrite);
        write(stream);
    });

    /// <summary>Writes <paramref name="text"/> as UTF-8.</summary>
    public static void WriteText(string path, string text) =>
        Write(path, file => RandomAccess.Write(file, System.Text.Encoding.UTF8.GetBytes(text), 0));

    // A rename is durable only once the folder is on the disk; .NET opens no folders, so this asks the system. File systems that cannot
    // flush a folder say so by an error that changes nothing for us.
    [UnsupportedOSPlatform("windows")]
    private static void FlushFolder(string folder)
    {
        var descriptor = Open(folder, 0);
        if (descriptor < 0) return;
        _ = Flush(descriptor);
        _ = Close(descriptor);
    }

    [DllImport("libc", EntryPoint = "open", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Flush(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
