using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using ActorSparse.Model.Data.Formats.NumPy;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Checkpoints;

/// <summary>Reads an NPZ file that <see cref="NpzWriter"/> wrote: opening checks the archive and its record of texts.</summary>
internal sealed class NpzReader : TensorReader
{
    private const string Extension = ".npy";
    private readonly FileStream _file;
    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);
    private readonly byte[] _record;
    private readonly Dictionary<string, string> _metadata;

    /// <summary>Opens <paramref name="path"/>.</summary>
    /// <exception cref="InvalidInputException">There is no such file, or it is no export of a network.</exception>
    public NpzReader(string path) : base(path)
    {
        _file = new FileStream(OpenHandle(path), FileAccess.Read);
        try
        {
            _archive = NpzArchive.Open(path, _file);
            foreach (var entry in _archive.Entries)
            {
                var name = entry.FullName;
                if (!name.EndsWith(Extension, StringComparison.Ordinal) || !_entries.TryAdd(name[..^Extension.Length], entry))
                    throw Fail($"holds '{name}', twice or as no array of NumPy's; expected an export of ActorSparse");
                // So no length is beyond what the file has.
                if (entry.CompressedLength != entry.Length)
                    throw Fail($"'{name}' is compressed; expected an export of ActorSparse as it was written");
            }
            if (!_entries.Remove(NpzWriter.RecordName, out var record))
                throw Fail($"is an NPZ file, but no export of ActorSparse (it has no array '{NpzWriter.RecordName}')");
            using var bytes = ReadArray<byte>(NpzWriter.RecordName, record, TensorElement.U8, null);
            _record = bytes.Span.ToArray();
            _metadata = JsonSerializer.Deserialize<Dictionary<string, string>>(_record) ?? throw new JsonException("null");
        }
        catch (Exception error)
        {
            Dispose();
            if (error is JsonException)
                throw Fail($"'{NpzWriter.RecordName}' is no JSON object of texts; expected an export of ActorSparse");
            throw;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> TensorNames => _entries.Keys;

    /// <inheritdoc/>
    public override void VerifyChecksum()
    {
        var offset = SafetensorsWriter.ChecksumOffset(_record);
        if (offset < 0 || !_metadata.TryGetValue(SafetensorsWriter.ChecksumKey, out var expected))
            throw Fail("has no checksum; expected a file written by ActorSparse");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var entry in _archive.Entries)
            if (entry.FullName != NpzWriter.RecordName + Extension)
                NpzWriter.Append(hash, entry.FullName, NpzArchive.Read(Path, entry, SHA256.HashData));
        var record = (byte[])_record.Clone();
        record.AsSpan(offset, SafetensorsWriter.ChecksumDigits).Fill((byte)'0');
        hash.AppendData(record);
        CheckChecksum(hash, expected);
    }

    /// <inheritdoc/>
    public override long LengthOf(string name)
    {
        var shape = NpzArchive.ReadArray(Path, EntryOf(name), array => array.Shape, minSide: 0);
        return shape.Length == 1 ? shape[0] : throw Fail($"'{name}' has {shape.Length} dimensions; expected 1");
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _archive?.Dispose();
        _file.Dispose();
    }

    private protected override NativeBuffer<T> Read<T>(string name, TensorElement element, long length) =>
        ReadArray<T>(name, EntryOf(name), element, length);

    private ZipArchiveEntry EntryOf(string name) => _entries.TryGetValue(name, out var entry) ? entry : throw NoTensor(name);

    private NativeBuffer<T> ReadArray<T>(string name, ZipArchiveEntry entry, TensorElement element, long? length) where T : unmanaged =>
        NpzArchive.ReadArray(Path, entry, array =>
        {
            var type = NpyFormat.Descriptor(element);
            if (array.Shape.Length != 1 || array.Type != type)
                throw Fail($"'{name}' has {array.Shape.Length} dimensions of {array.Type}; expected 1 of {type}");
            CheckLength(name, array.Shape[0], length ?? array.Shape[0]);
            return array.Read<T>();
        }, minSide: 0);
}
