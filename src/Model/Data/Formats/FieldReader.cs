using System.Text;

namespace ActorSparse.Model.Data.Formats;

/// <summary>The fields of one line of a table, one after the other. Separator ' ' stands for any number of spaces and tabs.</summary>
internal ref struct FieldReader(LineReader lines, ReadOnlySpan<byte> line, byte separator)
{
    private ReadOnlySpan<byte> _rest = separator == ' ' ? line.Trim(" \t"u8) : line;
    private bool _atEnd;

    /// <summary>The next field, without blanks around it and without its quotes.</summary>
    internal bool TryRead(out ReadOnlySpan<byte> field)
    {
        field = default;
        if (_atEnd) return false;
        if (separator != ' ')
        {
            var text = _rest.TrimStart(" "u8);
            if (text is [(byte)'"', ..]) return ReadQuoted(text, out field);
        }
        var length = separator == ' ' ? _rest.IndexOfAny((byte)' ', (byte)'\t') : _rest.IndexOf(separator);
        field = length < 0 ? _rest : _rest[..length];
        _atEnd = length < 0;
        _rest = length < 0 ? default : separator == ' ' ? _rest[length..].TrimStart(" \t"u8) : _rest[(length + 1)..];
        if (field is [(byte)' ', ..] or [.., (byte)' ']) field = field.Trim(" "u8);
        return true;
    }

    private bool ReadQuoted(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> field)
    {
        var position = 1;
        var doubled = false;
        while (true)
        {
            var offset = text[position..].IndexOf((byte)'"');
            if (offset < 0) throw lines.Error("a quoted field has no end on its line; expected a closing \"");
            position += offset + 1;
            if (position == text.Length || text[position] != '"') break;
            doubled = true;
            position++;
        }
        field = text[1..(position - 1)];
        if (doubled)
            field = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(field).Replace("\"\"", "\"", StringComparison.Ordinal));
        var rest = text[position..].TrimStart(" "u8);
        _atEnd = rest.IsEmpty;
        if (!_atEnd && rest[0] != separator)
            throw lines.Error($"text follows a quoted field; expected '{(char)separator}' or the end of the line");
        _rest = _atEnd ? default : rest[1..];
        return true;
    }
}
