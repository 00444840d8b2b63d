using System.Text;

namespace ActorSparse.Model.Data.Formats;

/// <summary>Tells the format of a file from its beginning.</summary>
internal static class FormatDetector
{
    private const int PeekBytes = 1 << 16, MagicBytes = 4;
    private static readonly byte[] s_png = [0x89, (byte)'P', (byte)'N', (byte)'G'], s_jpeg = [0xFF, 0xD8, 0xFF];
    private static readonly byte[] s_npy = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>
    /// The format of <paramref name="file"/>, of which nothing is read: images and NumPy's by their first bytes, IDX by a byte 0 among the first four, LIBSVM
    /// by a feature written index:value, with or without a label before it, else a table. Text is in <paramref name="encoding"/>, or UTF-8.
    /// </summary>
    internal static DataFormat Detect(InputFile file, Encoding? encoding)
    {
        var text = file.Peek(PeekBytes);
        if (text.StartsWith(s_png) || text.StartsWith(s_jpeg)) return DataFormat.Images;
        if (text.StartsWith(s_npy) || text.StartsWith("PK\x3\x4"u8)) return DataFormat.NumPy;
        if (encoding is not null) text = ToUtf8(text, encoding);
        else if (text is [0, 0, ..] || (text[..Math.Min(MagicBytes, text.Length)].Contains((byte)0) && !TextCheck.IsUtf16(text)))
            return DataFormat.Idx;
        while (!text.IsEmpty)
        {
            var length = text.IndexOf((byte)'\n');
            var line = (length < 0 ? text : text[..length]).Trim(" \t\r"u8);
            text = length < 0 ? default : text[(length + 1)..];
            // A sample without features looks like a table of one column: the next line decides.
            var label = line.IndexOfAny((byte)' ', (byte)'\t');
            if (line.IsEmpty || line[0] == '#' || label < 0 && !line.ContainsAny(",;:"u8)) continue;
            return IsFeature(label < 0 ? line : line[..label]) || (label > 0 && BeginsWithFeature(line[label..].TrimStart(" \t"u8)))
                ? DataFormat.Libsvm : DataFormat.Table;
        }
        return DataFormat.Table;
    }

    // The last character may lack a part here.
    private static byte[] ToUtf8(ReadOnlySpan<byte> text, Encoding encoding)
    {
        var lenient = (Encoding)encoding.Clone();
        lenient.DecoderFallback = DecoderFallback.ReplacementFallback;
        return Encoding.UTF8.GetBytes(lenient.GetString(text));
    }

    private static bool BeginsWithFeature(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("qid:"u8)) return true;
        var colon = text.IndexOf((byte)':');
        return colon > 0 && !text[..colon].ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    // The first of a sample without a label.
    private static bool IsFeature(ReadOnlySpan<byte> token) =>
        BeginsWithFeature(token) && token[(token.IndexOf((byte)':') + 1)..] is var value
        && NumberParser.Read(value, out _) is var length && length > 0 && length == value.Length;
}
