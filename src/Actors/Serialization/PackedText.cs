using System.IO.Compression;
using System.Runtime.Serialization;
using System.Text;
using ActorSparse.Model.Wire;

namespace ActorSparse.Actors.Serialization;

/// <summary>A long text in few bytes: Deflate, with the length that comes of it, which is bounded both ways.</summary>
internal static class PackedText
{
    /// <summary>Most bytes of a text in UTF-8: what is set aside for one, whatever a message claims.</summary>
    public const int TextBytesMax = 1 << 20;

    /// <summary>Writes a text that takes at most <paramref name="bytesMax"/> bytes.</summary>
    /// <exception cref="SerializationException">It takes more, or is itself too long.</exception>
    public static void Write(WireWriter writer, string text, int bytesMax)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Check(bytes.Length, TextBytesMax);
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true)) deflate.Write(bytes);
        Check(packed.Length, bytesMax);
        writer.Int32(bytes.Length);
        writer.Bytes(packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="SerializationException">It is damaged.</exception>
    public static string Read(WireReader reader)
    {
        var length = reader.Int32();
        Check(length, TextBytesMax);
        using var packed = new MemoryStream(reader.Bytes().ToArray());
        using var inflate = new DeflateStream(packed, CompressionMode.Decompress);
        var bytes = new byte[length];
        try
        {
            inflate.ReadExactly(bytes);
            if (inflate.ReadByte() < 0) return Encoding.UTF8.GetString(bytes);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw new SerializationException("a packed text is damaged", exception);
        }
        throw new SerializationException($"a packed text of more than {length} bytes: the message is damaged");
    }

    private static void Check(long length, int most)
    {
        if (length < 0 || length > most) throw new SerializationException($"a text of {length} bytes; expected at most {most}");
    }
}
