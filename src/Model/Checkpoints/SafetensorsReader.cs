using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ActorSparse.Model.Numerics;
using Microsoft.Win32.SafeHandles;

namespace ActorSparse.Model.Checkpoints;

/// <summary>
/// Reads a safetensors file. Opening checks the header and that its offsets cover the file without holes; every error is one line with
/// the file's name and what was expected.
/// </summary>
public sealed unsafe class SafetensorsReader : IDisposable
{
    private const long HeaderBytesMax = 100_000_000; // the format's own limit
    private const int PieceBytes = 1 << 24;
    private readonly SafeFileHandle _file;
    private readonly byte[] _header;
    private readonly Dictionary<string, (string Element, long[] Shape, long Start, long End)> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    /// <summary>Opens <paramref name="path"/>.</summary>
    /// <exception cref="InvalidInputException">There is no such file, or it is not in the safetensors format.</exception>
    public SafetensorsReader(string path)
    {
        Path = path;
        try
        {
            _file = File.OpenHandle(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{path}: cannot be opened ({error.Message}); expected a safetensors file", error);
        }
        try
        {
            _header = ReadHeader();
            ParseHeader();
            CheckOffsets();
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>The texts of "__metadata__".</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Names of the tensors.</summary>
    public IReadOnlyCollection<string> TensorNames => _tensors.Keys;

    /// <summary>Compares the whole file with the checksum in its metadata.</summary>
    /// <exception cref="InvalidInputException">There is no checksum, or it differs.</exception>
    public void VerifyChecksum()
    {
        var offset = SafetensorsWriter.ChecksumOffset(_header);
        if (offset < 0 || !_metadata.TryGetValue(SafetensorsWriter.ChecksumKey, out var expected))
            throw Fail("has no checksum; expected a file written by ActorSparse");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var header = (byte[])_header.Clone();
        header.AsSpan(offset, SafetensorsWriter.ChecksumDigits).Fill((byte)'0');
        hash.AppendData(header);
        var piece = new byte[Math.Clamp(RandomAccess.GetLength(_file) - header.Length, 1, PieceBytes)];
        for (long position = header.Length; ;)
        {
            var count = RandomAccess.Read(_file, piece, position);
            if (count == 0) break;
            hash.AppendData(piece, 0, count);
            position += count;
        }
        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != expected)
            throw Fail("is damaged: its content does not have the checksum that its header states");
    }

    /// <summary>Reads a tensor of floats; all must be finite.</summary>
    public NativeBuffer<float> ReadFloats(string name, long length)
    {
        var buffer = Read<float>(name, TensorElement.F32, length);
        for (long index = 0; index < length; index++)
            if (!float.IsFinite(buffer.Pointer[index]))
            {
                var value = buffer.Pointer[index];
                buffer.Dispose();
                throw Fail(FormattableString.Invariant($"'{name}' holds {value} at {index}; expected finite values"));
            }
        return buffer;
    }

    /// <summary>Reads a tensor of 32-bit integers.</summary>
    public NativeBuffer<int> ReadIntegers(string name, long length) => Read<int>(name, TensorElement.I32, length);

    /// <summary>Reads a tensor of bytes.</summary>
    public NativeBuffer<byte> ReadBytes(string name, long length) => Read<byte>(name, TensorElement.U8, length);

    /// <summary>Number of elements of the one-dimensional tensor <paramref name="name"/>.</summary>
    public long LengthOf(string name)
    {
        if (!_tensors.TryGetValue(name, out var tensor)) throw Fail($"has no tensor '{name}'");
        if (tensor.Shape.Length != 1) throw Fail($"'{name}' has {tensor.Shape.Length} dimensions; expected 1");
        return tensor.Shape[0];
    }

    /// <summary>The error that <paramref name="what"/> is wrong with this file.</summary>
    public InvalidInputException Fail(string what) => new($"{Path}: {what}");

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private NativeBuffer<T> Read<T>(string name, TensorElement element, long length) where T : unmanaged
    {
        var actual = LengthOf(name);
        var tensor = _tensors[name];
        if (tensor.Element != element.ToString()) throw Fail($"'{name}' has type {tensor.Element}; expected {element}");
        if (actual != length) throw Fail($"'{name}' has {actual} elements; expected {length}");
        var buffer = new NativeBuffer<T>(length, zeroed: false);
        var position = _header.Length + tensor.Start;
        for (long offset = 0; offset < buffer.Bytes;)
        {
            var count = RandomAccess.Read(
                _file, new Span<byte>((byte*)buffer.Pointer + offset, (int)Math.Min(PieceBytes, buffer.Bytes - offset)), position + offset);
            if (count == 0)
            {
                buffer.Dispose();
                throw Fail($"ends within '{name}'");
            }
            offset += count;
        }
        return buffer;
    }

    private byte[] ReadHeader()
    {
        var size = RandomAccess.GetLength(_file);
        Span<byte> prefix = stackalloc byte[sizeof(long)];
        if (RandomAccess.Read(_file, prefix, 0) < sizeof(long)) throw Fail($"has {size} bytes; expected a safetensors file");
        var length = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (length is < 2 or > HeaderBytesMax)
            throw Fail("is no safetensors file: its first 8 bytes are no header length");
        if (length > size - sizeof(long))
            throw Fail($"is truncated: {size} bytes, expected at least {length + sizeof(long)} for its header");
        var header = new byte[sizeof(long) + length];
        for (var read = 0; read < header.Length;)
        {
            var count = RandomAccess.Read(_file, header.AsSpan(read), read);
            if (count == 0) throw Fail("is truncated within its header");
            read += count;
        }
        return header;
    }

    private void ParseHeader()
    {
        try
        {
            using var json = JsonDocument.Parse(_header.AsMemory(sizeof(long)));
            foreach (var entry in json.RootElement.EnumerateObject())
            {
                if (entry.Name == "__metadata__")
                {
                    foreach (var text in entry.Value.EnumerateObject()) _metadata[text.Name] = text.Value.GetString() ?? "";
                    continue;
                }
                var offsets = entry.Value.GetProperty("data_offsets");
                long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
                var tensor = (entry.Value.GetProperty("dtype").GetString() ?? "", shape, offsets[0].GetInt64(), offsets[1].GetInt64());
                if (!_tensors.TryAdd(entry.Name, tensor)) throw Fail($"names the tensor '{entry.Name}' twice");
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException
            or IndexOutOfRangeException or DecoderFallbackException)
        {
            throw new InvalidInputException($"{Path}: is no safetensors file: its header does not list tensors in JSON", error);
        }
    }

    private void CheckOffsets()
    {
        var size = RandomAccess.GetLength(_file) - _header.Length;
        long covered = 0;
        foreach (var (name, tensor) in _tensors.OrderBy(entry => entry.Value.Start).ThenBy(entry => entry.Value.End))
        {
            if (tensor.Start != covered || tensor.End < tensor.Start)
                throw Fail($"'{name}' does not begin where the tensor before it ends");
            var elements = ElementCount(name, tensor.Shape);
            if (Enum.TryParse<TensorElement>(tensor.Element, out var element) &&
                (UInt128)elements * (uint)TensorData.ElementBytes(element) != (UInt128)(tensor.End - tensor.Start))
                throw Fail($"'{name}' has {tensor.End - tensor.Start} bytes, which does not fit its shape " +
                    $"[{string.Join(", ", tensor.Shape)}]");
            covered = tensor.End;
        }
        if (covered > size) throw Fail($"is truncated: {size} bytes of data, expected {covered}");
        if (covered < size) throw Fail($"has {size - covered} bytes after its last tensor");
    }

    private long ElementCount(string name, long[] shape)
    {
        UInt128 count = 1;
        foreach (var size in shape)
        {
            if (size < 0 || (count *= (UInt128)size) > long.MaxValue) throw Fail($"'{name}' has no valid shape");
        }
        return (long)count;
    }
}
