using System.Text;

namespace ActorSparse.Host.Runs;

/// <summary>
/// A file that lines are added to, each on the disk before the next. What cannot be written is kept and comes with the next line, so that
/// lines stay in their order and none is lost while the process lives; of what was written only half, that half goes again.
/// </summary>
/// <param name="stream">The file, without a buffer: what could not be written is not tried again when it is closed.</param>
internal sealed class GrowingFile(Stream stream) : IDisposable
{
    private readonly StringBuilder _missing = new();

    /// <summary>Adds <paramref name="text"/> after what is still missing.</summary>
    /// <exception cref="IOException">It cannot be written now; it is kept.</exception>
    public void Add(string text)
    {
        _missing.Append(text);
        CatchUp();
    }

    /// <summary>Empties the file.</summary>
    public void Clear()
    {
        if (stream.CanSeek) stream.SetLength(0);
    }

    public void Dispose()
    {
        try
        {
            CatchUp();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Whoever added it was told.
        }
        stream.Dispose();
    }

    /// <summary>Adds <paramref name="text"/> to the end of <paramref name="stream"/>, on the disk; if that fails the file is as it was.</summary>
    public static void Append(Stream stream, string text)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var length = stream.CanSeek ? stream.Seek(0, SeekOrigin.End) : 0;
        try
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            if (stream is FileStream file) file.Flush(flushToDisk: true);
        }
        catch
        {
            if (stream.CanSeek) stream.SetLength(length);
            throw;
        }
    }

    private void CatchUp()
    {
        if (_missing.Length == 0) return;
        Append(stream, _missing.ToString());
        _missing.Clear();
    }
}
