namespace ActorSparse.Model.Data.Formats;

/// <summary>Tells the format of a file from its beginning.</summary>
internal static class FormatDetector
{
    private const int PeekBytes = 1 << 16;
    private static readonly byte[] s_png = [0x89, (byte)'P', (byte)'N', (byte)'G'], s_jpeg = [0xFF, 0xD8, 0xFF];
    private static readonly byte[] s_npy = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>
    /// The format of <paramref name="path"/>: images by being a folder or their first bytes, NumPy's by those, IDX by bytes that no text has, LIBSVM by a first feature written index:value, else a table.
    /// </summary>
    internal static DataFormat Detect(string path)
    {
        if (Directory.Exists(path)) return DataFormat.Images;
        using var file = InputFile.Open(path, "a data file or a folder of images");
        var buffer = new byte[PeekBytes];
        ReadOnlySpan<byte> text = buffer.AsSpan(0, file.Read(buffer));
        if (text.StartsWith(s_png) || text.StartsWith(s_jpeg)) return DataFormat.Images;
        if (text.StartsWith(s_npy) || text.StartsWith("PK\x3\x4"u8)) return DataFormat.NumPy;
        if (text.Contains((byte)0)) return DataFormat.Idx;
        while (!text.IsEmpty)
        {
            var length = text.IndexOf((byte)'\n');
            var line = (length < 0 ? text : text[..length]).Trim(" \t\r"u8);
            text = length < 0 ? default : text[(length + 1)..];
            // A sample without features looks like a table of one column: the next line decides.
            var label = line.IndexOfAny((byte)' ', (byte)'\t');
            if (line.IsEmpty || line[0] == '#' || label < 0 && !line.ContainsAny(",;:"u8)) continue;
            return label > 0 && BeginsWithFeature(line[label..].TrimStart(" \t"u8)) ? DataFormat.Libsvm : DataFormat.Table;
        }
        return DataFormat.Table;
    }

    private static bool BeginsWithFeature(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("qid:"u8)) return true;
        var colon = text.IndexOf((byte)':');
        return colon > 0 && !text[..colon].ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }
}
