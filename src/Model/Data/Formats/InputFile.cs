using System.IO.Compression;
using System.Text;
using ActorSparse.Model.Data.Formats.Parquet;

namespace ActorSparse.Model.Data.Formats;

/// <summary>
/// A data file that is read from beginning to end, plain, gzip or Parquet, which is read as the text of a table (told apart by their first bytes). Whatever the system or the decompressor
/// objects to becomes an <see cref="InvalidInputException"/> that names the file and the byte.
/// </summary>
internal sealed class InputFile : IDisposable
{
    /// <summary>The path that stands for standard input.</summary>
    internal const string StandardInput = "-";

    private const int BufferBytes = 1 << 16;

    // Deflate cannot expand more than 1032-fold.
    private const long ExpansionMax = 1032;

    private readonly Stream _file;
    private PeekableStream _stream;
    private string _encoding = "";

    // By default .NET takes the end of a truncated gzip file for the end of its content.
    static InputFile() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    private InputFile(string path, Stream file)
    {
        Path = path == StandardInput ? "standard input" : path;
        _file = file;
        _stream = new(file);
        IsCompressed = _stream.Peek(2) is [0x1F, 0x8B];
        IsParquet = _stream.Peek(ParquetText.Magic.Length).StartsWith(ParquetText.Magic);
        if (IsParquet) _stream = new(ParquetText.Open(Path, file));
        if (IsCompressed) _stream = new(new GZipStream(_stream, CompressionMode.Decompress));
    }

    private InputFile(string name, byte[] content)
    {
        (Path, _file) = (name, new MemoryStream(content));
        _stream = new(_file);
    }

    /// <summary>The file's path, as given, for messages.</summary>
    internal string Path { get; }

    /// <summary>Whether the file is compressed.</summary>
    internal bool IsCompressed { get; }

    /// <summary>Whether the text comes from a Parquet file.</summary>
    internal bool IsParquet { get; }

    /// <summary>Whether the file can be read again.</summary>
    internal bool CanSeek => _file.CanSeek;

    /// <summary>Bytes read so far, after decompression.</summary>
    internal long Position { get; private set; }

    /// <summary>No more than this many bytes can come out of the file.</summary>
    internal long LengthMax => !_file.CanSeek || IsParquet ? long.MaxValue : IsCompressed ? _file.Length * ExpansionMax : _file.Length;

    /// <summary>Opens <paramref name="path"/>; <paramref name="expected"/> says what it should hold ("an IDX file").</summary>
    /// <exception cref="InvalidInputException">The file is missing, a directory, empty or not readable.</exception>
    internal static InputFile Open(string path, string expected)
    {
        Stream file = path == StandardInput ? Console.OpenStandardInput() : OpenStream(path, expected);
        try
        {
            var opened = new InputFile(path, file);
            if (file.CanSeek || !opened.Peek(1).IsEmpty) return opened;
        }
        catch (Exception exception)
        {
            file.Dispose();
            if (exception is InvalidDataException damaged) throw NoParquet(path, damaged);
            if (exception is IOException)
                throw new InvalidInputException($"{path}: cannot be read ({exception.Message}); expected {expected}", exception);
            throw;
        }
        file.Dispose();
        throw new InvalidInputException($"{path}: has no bytes, or they have been read already; expected {expected}");
    }

    /// <summary>Bytes in memory as a file, which messages call <paramref name="name"/>; never decompressed, so that few bytes stay few.</summary>
    internal static InputFile Of(string name, byte[] content) => new(name, content);

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
            if (!file.CanSeek || file.Length > 0) return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            file?.Dispose();
            throw new InvalidInputException($"{path}: cannot be read ({exception.Message}); expected {expected}", exception);
        }
        file.Dispose();
        throw new InvalidInputException($"{path}: the file is empty; expected {expected}");
    }

    /// <summary>Whether <paramref name="path"/> is a file of which a second look is the first: neither standard input nor a pipe.</summary>
    internal static bool CanReopen(string path)
    {
        if (!File.Exists(path)) return false;
        // The writer of a named pipe would be gone with the first look. It has no length, as an empty file, which is worth no look either.
        if (new FileInfo(path) is { LinkTarget: null, Length: 0 }) return false;
        using var file = OpenStream(path, "a data file");
        return file.CanSeek;
    }

    /// <summary>The next <paramref name="count"/> bytes, fewer only at the end of the file, which are still to be read.</summary>
    internal ReadOnlySpan<byte> Peek(int count)
    {
        try
        {
            return _stream.Peek((int)Math.Min(count, LengthMax));
        }
        catch (Exception exception) when (Unreadable(exception) is { } refused)
        {
            throw refused;
        }
    }

    /// <summary>From here on the content is text in <paramref name="encoding"/>, which is read as UTF-8.</summary>
    internal void Decode(Encoding encoding)
    {
        if (IsParquet) throw new InvalidInputException($"{Path}: is a Parquet file; expected no --encoding, which is for text");
        _encoding = encoding.WebName;
        // UTF-16 says its order of bytes itself, if it does.
        if (encoding is UnicodeEncoding && _stream.Peek(2) is [0xFE, 0xFF]) encoding = new UnicodeEncoding(true, false, true);
        _stream = new(Encoding.CreateTranscodingStream(_stream, encoding, new UTF8Encoding(false)));
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
        catch (Exception exception) when (Unreadable(exception) is { } refused)
        {
            throw refused;
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

    private static InvalidInputException NoParquet(string path, InvalidDataException damaged) =>
        new($"{path}: cannot be read as a Parquet file ({damaged.Message.ReplaceLineEndings(" ")})", damaged);

    private InvalidInputException? Unreadable(Exception exception) => exception switch
    {
        InvalidDataException damaged when IsParquet => NoParquet(Path, damaged),
        InvalidDataException => new($"{Path}: damaged or truncated gzip data after byte {Position} of its content", exception),
        IOException => new($"{Path}: cannot be read after byte {Position} ({exception.Message})", exception),
        DecoderFallbackException => new($"{Path}: is not {_encoding} after byte {Position}; expected text in it", exception),
        _ => null,
    };
}
