using System.Text;

namespace ActorSparse.Model.Data.Formats;

/// <summary>Takes a text file apart into lines of UTF-8 without copying them.</summary>
internal sealed class LineReader : IDisposable
{
    private const int InitialBytes = 1 << 18;
    private const int LineBytesMax = 1 << 30;
    private const int CheckedBytes = 1 << 12;

    private readonly InputFile _file;
    private byte[] _buffer;
    private int _start, _end;
    private bool _atEnd;

    /// <summary>Reads <paramref name="file"/>, which it disposes of, in <paramref name="encoding"/>; null is UTF-8.</summary>
    internal LineReader(InputFile file, Encoding? encoding)
    {
        _file = file;
        _buffer = new byte[Math.Min(InitialBytes - 1, file.LengthMax) + 1]; // one byte more than there can be: the end is seen at once
        try
        {
            if (encoding is not null) _file.Decode(encoding);
            TextCheck.Refuse(_file.Path, _file.Peek(CheckedBytes));
            Refill();
            if (_buffer.AsSpan(0, _end).StartsWith("\uFEFF"u8)) _start = 3;
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>The file's path.</summary>
    internal string Path => _file.Path;

    /// <summary>Number of the line read last, from 1 on.</summary>
    internal long LineNumber { get; private set; }

    /// <summary>The next line without its end (LF or CR LF), valid until the next call.</summary>
    internal bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            var rest = _buffer.AsSpan(_start, _end - _start);
            var length = rest.IndexOf((byte)'\n');
            if (length < 0 && !_atEnd)
            {
                Refill();
                continue;
            }
            if (length < 0 && rest.IsEmpty)
            {
                line = default;
                return false;
            }
            line = length < 0 ? rest : rest[..length];
            _start += length < 0 ? rest.Length : length + 1;
            if (line is [.., (byte)'\r']) line = line[..^1];
            LineNumber++;
            if (TextCheck.Complaint(line) is { } complaint) throw Error(complaint);
            return true;
        }
    }

    /// <summary>The error for the line read last: "path, line n: found; expected ...".</summary>
    internal InvalidInputException Error(string message) => new($"{Path}, line {LineNumber}: {message}");

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // Moves the incomplete line to the front and reads behind it.
    private void Refill()
    {
        var rest = _end - _start;
        if (rest == _buffer.Length)
        {
            if (rest >= LineBytesMax)
                throw new InvalidInputException($"{Path}, line {LineNumber + 1}: longer than {LineBytesMax} bytes; expected a text file");
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }
        _buffer.AsSpan(_start, rest).CopyTo(_buffer);
        _start = 0;
        var count = _file.Read(_buffer.AsSpan(rest));
        _end = rest + count;
        _atEnd = _end < _buffer.Length;
    }
}
