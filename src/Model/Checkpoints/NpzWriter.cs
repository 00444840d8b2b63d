using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace ActorSparse.Model.Checkpoints;

/// <summary>
/// Writes NumPy's NPZ format: a zip archive, uncompressed, with an array for each tensor under its name, and last "metadata", the texts as
/// a JSON object in UTF-8, an array of bytes. The same content gives the same bytes.
/// </summary>
/// <remarks>
/// Its first text, "sha256", covers all of it: names and the SHA-256 of the arrays before it in their order, then the record itself with
/// these digits as zeros.
/// </remarks>
internal static class NpzWriter
{
    internal const string RecordName = "metadata";

    // Zip entries carry a time; a fixed one makes the same network give the same file.
    private static readonly DateTimeOffset s_entryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Replaces <paramref name="path"/> atomically by a file of these tensors and this metadata.</summary>
    public static void Write(string path, IReadOnlyList<TensorData> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(metadata);
        AtomicFile.WriteStream(path, stream =>
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var tensor in tensors)
                Append(hash, tensor.Name + ".npy", WriteEntry(archive, tensor.Name, entry => NpyFormat.Write(entry, tensor)));
            var record = SafetensorsWriter.MetadataText(metadata);
            hash.AppendData(record);
            SafetensorsWriter.PutChecksum(hash, record);
            WriteEntry(archive, RecordName, entry =>
            {
                NpyFormat.WriteHeader(entry, NpyFormat.Descriptor(TensorElement.U8), record.Length);
                entry.Write(record);
            });
        });
    }

    internal static void Append(IncrementalHash hash, string name, byte[] content)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(name));
        hash.AppendData(content);
    }

    // Returns the SHA-256 of what was written.
    private static byte[] WriteEntry(ZipArchive archive, string name, Action<Stream> write)
    {
        var entry = archive.CreateEntry(name + ".npy", CompressionLevel.NoCompression);
        entry.LastWriteTime = s_entryTime;
        using var hash = SHA256.Create();
        using (var stream = new CryptoStream(entry.Open(), hash, CryptoStreamMode.Write)) write(stream);
        return hash.Hash!;
    }
}
