using System.IO.Compression;

namespace ActorSparse.Model.Data.Formats;

/// <summary>
/// A data file that is read from beginning to end, plain or gzip (told apart by its first bytes). Whatever the system or the decompressor
/// objects to becomes an <see cref="InvalidInputException"/> that names the file and the byte.
/// </summary>
internal sealed class InputFile : IDisposable
{
    private const int BufferBytes = 1 << 16;

    // Deflate cannot expand more than 1032-fold.
    private const long ExpansionMax = 1032;

    private readonly FileStream _file;
    private readonly Stream _stream;

    // By default .NET takes the end of a truncated gzip file for the end of its content.
    static InputFile() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    private InputFile(string path, FileStream file, bool compressed)
    {
        Path = path;
        _file = file;
        IsCompressed = compressed;
        _stream = compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    /// <summary>The file's path, as given.</summary>
    internal string Path { get; }

    /// <summary>Whether the file is compressed.</summary>
    internal bool IsCompressed { get; }

    /// <summary>Bytes read so far, after decompression.</summary>
    internal long Position { get; private set; }

    /// <summary>No more than this many bytes can come out of the file.</summary>
    internal long LengthMax => IsCompressed ? _file.Length * ExpansionMax : _file.Length;

    /// <summary>Opens <paramref name="path"/>; <paramref name="expected"/> says what it should hold ("an IDX file").</summary>
    /// <exception cref="InvalidInputException">The file is missing, a directory, empty or not readable.</exception>
    internal static InputFile Open(string path, string expected)
    {
        var file = OpenStream(path, expected);
        try
        {
            return new(path, file, IsGzip(file));
        }
        catch (IOException exception)
        {
            file.Dispose();
            throw new InvalidInputException($"{path}: cannot be read ({exception.Message}); expected {expected}", exception);
        }
    }

    /// <summary>Opens <paramref name="path"/> as it is, for a reader that has formats and errors of its own.</summary>
    /// <exception cref="InvalidInputException">The file is missing, a directory, empty or not readable.</exception>
    internal static FileStream OpenStream(string path, string expected)
    {
        if (Directory.Exists(path)) throw new InvalidInputException($"{path}: is a directory; expected {expected}");
        if (!File.Exists(path)) throw new InvalidInputException($"{path}: no such file; expected {expected}");
        FileStream? file = null;
        try
        {
            file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan);
            if (file.Length > 0) return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            file?.Dispose();
            throw new InvalidInputException($"{path}: cannot be read ({exception.Message}); expected {expected}", exception);
        }
        file.Dispose();
        throw new InvalidInputException($"{path}: the file is empty; expected {expected}");
    }

    /// <summary>Reads up to the length of <paramref name="target"/>; less only at the end of the file.</summary>
    internal int Read(Span<byte> target)
    {
        try
        {
            var count = _stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
            Position += count;
            return count;
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidInputException($"{Path}: damaged or truncated gzip data after byte {Position} of its content", exception);
        }
        catch (IOException exception)
        {
            throw new InvalidInputException($"{Path}: cannot be read after byte {Position} ({exception.Message})", exception);
        }
    }

    /// <summary>Fills <paramref name="target"/> with <paramref name="what"/>.</summary>
    /// <exception cref="InvalidInputException">The file ends before.</exception>
    internal void ReadExactly(Span<byte> target, string what)
    {
        var start = Position;
        var count = Read(target);
        if (count < target.Length)
            throw new InvalidInputException(
                $"{Path}: ends at byte {start + count}; expected {target.Length} bytes of {what} from byte {start}");
    }

    /// <summary>Makes sure that nothing follows.</summary>
    /// <exception cref="InvalidInputException">There are more bytes.</exception>
    internal void ExpectEnd(string expected)
    {
        var end = Position;
        if (Read(stackalloc byte[1]) != 0) throw new InvalidInputException($"{Path}: has more data after byte {end}; expected {expected}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        _file.Dispose();
    }

    private static bool IsGzip(FileStream file)
    {
        Span<byte> magic = stackalloc byte[2];
        var count = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return count == magic.Length && magic[0] == 0x1F && magic[1] == 0x8B;
    }
}
