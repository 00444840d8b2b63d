namespace ActorSparse.Model.Data.Formats;

/// <summary>Numbers in the fields of a table, with a point or, if <paramref name="hasComma"/>, with a comma before the decimals.</summary>
internal readonly struct TableNumber(bool hasComma)
{
    // More digits than a float can need.
    private const int CommaBytesMax = 1 << 10;

    /// <summary>Reads <paramref name="field"/>; false if it is no number or not a finite one.</summary>
    internal bool TryRead(ReadOnlySpan<byte> field, out float value) => Read(field, hasComma, out value) && float.IsFinite(value);

    /// <summary>Whether <paramref name="field"/> is a number, which may be infinite or not one.</summary>
    internal bool IsNumber(ReadOnlySpan<byte> field) => Read(field, hasComma, out _);

    /// <summary>What may help where <paramref name="field"/> is no number, in parentheses; or nothing.</summary>
    internal string Hint(ReadOnlySpan<byte> field) => hasComma ? field.Contains((byte)'.') ? " with a decimal comma" : ""
        : field.Contains((byte)';') || (field.Contains((byte)',') && Read(field, true, out _)) ? " (decimal commas: --decimal ,)" : "";

    private static bool Read(ReadOnlySpan<byte> field, bool hasComma, out float value)
    {
        var length = hasComma && field.ContainsAny((byte)',', (byte)'.') ? ReadComma(field, out value) : NumberParser.Read(field, out value);
        return length > 0 && length == field.Length;
    }

    private static int ReadComma(ReadOnlySpan<byte> field, out float value)
    {
        value = 0;
        if (field.Contains((byte)'.') || field.Length > CommaBytesMax) return 0;
        Span<byte> text = stackalloc byte[CommaBytesMax];
        field.Replace(text, (byte)',', (byte)'.');
        return NumberParser.Read(text[..field.Length], out value);
    }
}
