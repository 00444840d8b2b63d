using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace ActorSparse.Model.Checkpoints;

/// <summary>
/// Writes the safetensors format: the header's length (8 bytes, little-endian), a JSON header with type, shape and offsets of every
/// tensor, then the data without holes. The header is padded so that the data begins at a cache line.
/// </summary>
/// <remarks>
/// The metadata entry "sha256" covers the whole file, with the 64 digits of that entry itself taken as zeros; readers of the plain format
/// ignore it.
/// </remarks>
internal static class SafetensorsWriter
{
    internal const string ChecksumKey = "sha256";
    internal const int ChecksumDigits = 64;
    private const int AlignmentBytes = 64;
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Replaces <paramref name="path"/> atomically by a file of these tensors and this metadata.</summary>
    public static void Write(string path, IReadOnlyList<TensorData> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(metadata);
        // Wider elements first, so that each tensor begins at a multiple of its element size.
        TensorData[] ordered = [.. tensors.OrderByDescending(tensor => TensorData.ElementBytes(tensor.Element))];
        var header = Header(ordered, metadata);
        AtomicFile.Write(path, file => Write(file, header, ordered));
    }

    private static void Write(SafeFileHandle file, byte[] header, TensorData[] tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        long position = header.Length;
        foreach (var tensor in tensors)
            for (long offset = 0; offset < tensor.Bytes;)
            {
                var piece = tensor.Piece(offset);
                hash.AppendData(piece);
                RandomAccess.Write(file, piece, position);
                offset += piece.Length;
                position += piece.Length;
            }
        PutChecksum(hash, header);
        RandomAccess.Write(file, header, 0);
    }

    /// <summary>Writes the digits of <paramref name="hash"/> into a header or record.</summary>
    internal static void PutChecksum(IncrementalHash hash, byte[] header) =>
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset())).CopyTo(header, ChecksumOffset(header));

    /// <summary>The metadata alone as a JSON object, with room for the checksum.</summary>
    internal static byte[] MetadataText(IReadOnlyDictionary<string, string> metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, s_json)) WriteMetadata(json, metadata);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Where the checksum's digits begin in a header, or -1.</summary>
    internal static int ChecksumOffset(ReadOnlySpan<byte> header)
    {
        ReadOnlySpan<byte> key = "\"sha256\":\""u8;
        var index = header.IndexOf(key);
        return index < 0 || index + key.Length + ChecksumDigits > header.Length ? -1 : index + key.Length;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject();
        json.WriteString(ChecksumKey, new string('0', ChecksumDigits)); // first, so that no other text can be taken for it
        foreach (var (key, value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal)) json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static byte[] Header(TensorData[] tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, s_json))
        {
            json.WriteStartObject();
            json.WritePropertyName("__metadata__");
            WriteMetadata(json, metadata);
            long offset = 0;
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Element.ToString());
                json.WriteStartArray("shape");
                json.WriteNumberValue(tensor.Length);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Bytes);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        var used = sizeof(long) + buffer.WrittenCount;
        var header = new byte[(used + AlignmentBytes - 1) / AlignmentBytes * AlignmentBytes];
        header.AsSpan(used).Fill((byte)' ');
        buffer.WrittenSpan.CopyTo(header.AsSpan(sizeof(long)));
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - sizeof(long));
        return header;
    }
}
