using System.Globalization;
using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>Reads a HOCON text character by character: blanks, comments, quoted and unquoted texts, with the position for errors.</summary>
internal sealed class HoconReader(string text)
{
    private const string TripleQuote = "\"\"\"";
    private const string NeverUnquoted = "$\"{}[]:=,#`^?!*&\\@";

    private int _index = text.StartsWith('\uFEFF') ? 1 : 0;
    private int _line = 1;
    private int _column = 1;

    internal HoconPosition Position => new(_line, _column);

    internal bool AtEnd => _index >= text.Length;

    /// <summary>The current character, or NUL at the end.</summary>
    internal char Current => AtEnd ? '\0' : text[_index];

    internal bool AtComment => Current == '#' || At("//");

    internal bool AtBlank => !AtEnd && Current != '\n' && (char.IsWhiteSpace(Current) || Current == '\uFEFF');

    internal bool AtUnquoted => !AtEnd && Current != '\n' && !AtBlank && !AtComment && !At("+=") && !NeverUnquoted.Contains(Current);

    internal string CurrentForPeople => AtEnd ? "the end of the text" : Current == '\n' ? "the end of the line" : $"'{Current}'";

    internal bool At(string expected) => string.CompareOrdinal(text, _index, expected, 0, expected.Length) == 0;

    internal char Take()
    {
        var character = text[_index++];
        _column++;
        if (character == '\n')
        {
            _line++;
            _column = 1;
        }

        return character;
    }

    internal bool TryTake(string expected)
    {
        if (!At(expected))
            return false;

        Skip(expected.Length);
        return true;
    }

    internal string TakeBlanks() => TakeWhile(() => AtBlank);

    internal string TakeUnquoted() => TakeWhile(() => AtUnquoted);

    /// <summary>An unquoted segment of a key: also ends at a dot.</summary>
    internal string TakeUnquotedSegment() => TakeWhile(() => AtUnquoted && Current != '.');

    /// <summary>Skips blanks and a comment, up to the end of the line.</summary>
    internal void SkipToEndOfLine()
    {
        TakeBlanks();
        if (AtComment)
            TakeWhile(() => !AtEnd && Current != '\n');
    }

    /// <summary>Skips blanks, comments and line ends.</summary>
    /// <returns>Whether a line ended.</returns>
    internal bool SkipLines()
    {
        var lineEnded = false;
        SkipToEndOfLine();
        while (!AtEnd && Current == '\n')
        {
            Take();
            lineEnded = true;
            SkipToEndOfLine();
        }

        return lineEnded;
    }

    /// <summary>A text in one or three quotes, without them.</summary>
    internal string TakeQuoted()
    {
        var start = Position;
        if (TryTake(TripleQuote))
            return TakeRestOfTripleQuoted(start);

        Take();
        var content = new StringBuilder();
        while (Current != '"')
        {
            if (AtEnd || Current == '\n')
                throw start.Error("this quoted text has no closing quote on its line");

            content.Append(Current == '\\' ? TakeEscape() : Take());
        }

        Take();
        return content.ToString();
    }

    private string TakeRestOfTripleQuoted(HoconPosition start)
    {
        var content = TakeWhile(() => !AtEnd && !At(TripleQuote));
        if (!TryTake(TripleQuote))
            throw start.Error("this text in triple quotes has no closing triple quotes");

        // Quotes in excess of three belong to the text, so that it can end in a quote.
        return content + TakeWhile(() => Current == '"');
    }

    private char TakeEscape()
    {
        var position = Position;
        Take();
        if (AtEnd)
            throw position.Error("a text ends after a backslash");

        var escape = Take();
        return escape switch
        {
            '"' or '\\' or '/' => escape,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => TakeCodeUnit(position),
            _ => throw position.Error($"unknown escape \\{escape}; expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u"),
        };
    }

    private char TakeCodeUnit(HoconPosition position)
    {
        const int Digits = 4;
        if (_index + Digits > text.Length
            || !ushort.TryParse(text.AsSpan(_index, Digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
        {
            throw position.Error("expected four hexadecimal digits after \\u");
        }

        Skip(Digits);
        return (char)unit;
    }

    private void Skip(int count)
    {
        for (var i = 0; i < count; i++)
            Take();
    }

    private string TakeWhile(Func<bool> condition)
    {
        var start = _index;
        while (condition())
            Take();

        return text[start.._index];
    }
}
