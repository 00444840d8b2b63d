using System.Text;
using System.Text.Unicode;

namespace ActorSparse.Model.Data.Formats;

/// <summary>Tells text from what looks like none, and says what it is.</summary>
internal static class TextCheck
{
    private static readonly (byte[] Magic, string What)[] s_packed =
    [
        ([.. "BZh"u8], "bzip2"), ([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0], "xz"), ([0x28, 0xB5, 0x2F, 0xFD], "Zstandard"),
        ([(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C], "7-Zip"), ([.. "PK\x3\x4"u8], "zip"),
    ];

    /// <summary>Refuses a file that begins with <paramref name="head"/> if that is no text.</summary>
    internal static void Refuse(string path, ReadOnlySpan<byte> head)
    {
        foreach (var (magic, what) in s_packed)
            if (head.StartsWith(magic)) throw new InvalidInputException($"{path}: is packed with {what}; expected a plain file, or gzip");
        if (head.StartsWith("PAR1"u8)) throw new InvalidInputException($"{path}: is a Parquet file in gzip; expected it as it was");
        var zero = head.IndexOf((byte)0);
        if (IsUtf16(head))
            throw new InvalidInputException($"{path}: is UTF-16 text; expected UTF-8, or --encoding utf-16");
        if (zero >= 0) throw new InvalidInputException($"{path}: byte {zero} is 0, which no text has; expected a table or a LIBSVM file");
    }

    /// <summary>What is wrong with <paramref name="line"/>; null if it is text in UTF-8.</summary>
    internal static string? Complaint(ReadOnlySpan<byte> line)
    {
        if (!Utf8.IsValid(line))
        {
            var at = 0;
            while (Rune.DecodeFromUtf8(line[at..], out _, out var length) == System.Buffers.OperationStatus.Done) at += length;
            return $"byte {at + 1} is {line[at]:X2}, which is no UTF-8; expected UTF-8, or its encoding (such as --encoding latin-1)";
        }
        return line.IndexOf((byte)0) is var zero and >= 0 ? $"byte {zero + 1} is 0; expected text" : null;
    }

    /// <summary>Whether <paramref name="head"/> has the mark of UTF-16, or a byte 0 in every second place as ASCII has there.</summary>
    internal static bool IsUtf16(ReadOnlySpan<byte> head)
    {
        if (head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]) return true;
        int even = 0, odd = 0;
        for (var index = 0; index < head.Length; index++)
            if (head[index] == 0) _ = index % 2 == 0 ? even++ : odd++;
        return Math.Max(even, odd) > head.Length / 4 && Math.Min(even, odd) < head.Length / 8;
    }
}
