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
internal sealed unsafe class SafetensorsReader : TensorReader
{
    private const long HeaderBytesMax = 100_000_000; // the format's own limit
    private const int PieceBytes = 1 << 24;
    private readonly SafeFileHandle _file;
    private readonly byte[] _header;
    private readonly Dictionary<string, (string Element, long[] Shape, long Start, long End)> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    /// <summary>Opens <paramref name="path"/>.</summary>
    /// <exception cref="InvalidInputException">There is no such file, or it is not in the safetensors format.</exception>
    public SafetensorsReader(string path) : base(path)
    {
        _file = OpenHandle(path);
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

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> TensorNames => _tensors.Keys;

    /// <inheritdoc/>
    public override void VerifyChecksum()
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
        CheckChecksum(hash, expected);
    }

    /// <inheritdoc/>
    public override long LengthOf(string name)
    {
        if (!_tensors.TryGetValue(name, out var tensor)) throw NoTensor(name);
        if (tensor.Shape.Length != 1) throw Fail($"'{name}' has {tensor.Shape.Length} dimensions; expected 1");
        return tensor.Shape[0];
    }

    /// <summary>Calls tensors and texts by other names.</summary>
    internal void Rename(Func<string, string> rename)
    {
        Rename(_tensors);
        Rename(_metadata);

        void Rename<T>(Dictionary<string, T> entries)
        {
            var before = entries.ToArray();
            entries.Clear();
            foreach (var (name, value) in before) entries[rename(name)] = value;
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => _file.Dispose();

    private protected override NativeBuffer<T> Read<T>(string name, TensorElement element, long length)
    {
        var position = PositionOf(name, element, length);
        var buffer = new NativeBuffer<T>(length, zeroed: false);
        try
        {
            ReadAt(name, position, buffer);
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    private protected override void ReadTo<T>(string name, TensorElement element, NativeBuffer<T> target) =>
        ReadAt(name, PositionOf(name, element, target.Length), target);

    private long PositionOf(string name, TensorElement element, long length)
    {
        CheckLength(name, LengthOf(name), length);
        var tensor = _tensors[name];
        return tensor.Element == element.ToString() ? _header.Length + tensor.Start
            : throw Fail($"'{name}' has type {tensor.Element}; expected {element}");
    }

    private void ReadAt<T>(string name, long position, NativeBuffer<T> target) where T : unmanaged
    {
        for (long offset = 0; offset < target.Bytes;)
        {
            var count = RandomAccess.Read(
                _file, new Span<byte>((byte*)target.Pointer + offset, (int)Math.Min(PieceBytes, target.Bytes - offset)), position + offset);
            if (count == 0) throw Fail($"ends within '{name}'");
            offset += count;
        }
    }

    private byte[] ReadHeader()
    {
        var size = RandomAccess.GetLength(_file);
        Span<byte> prefix = stackalloc byte[sizeof(long)];
        if (RandomAccess.Read(_file, prefix, 0) < sizeof(long)) throw Fail($"has {size} bytes; expected a safetensors file");
        var length = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (length is < 2 or > HeaderBytesMax)
            throw Fail(
                "is neither a safetensors nor an NPZ file (its first 8 bytes are no header length); expected a checkpoint or an export");
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
