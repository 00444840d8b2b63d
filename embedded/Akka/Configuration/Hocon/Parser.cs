namespace Akka.Configuration.Hocon;

/// <summary>
/// Parses HOCON (https://github.com/lightbend/config/blob/main/HOCON.md), without environment variables, as Akka.NET 1.5 does.
/// Stricter than Akka.NET, which reads on after a bracket or quote that is never closed: here that is an error. Akka.NET has
/// no optional substitutions, <c>+=</c>, references of a key to itself or objects on top of a substitution either, so files
/// that both are to read stay without them.
/// </summary>
public class Parser
{
    private const string Include = "include";

    private readonly HoconReader _reader;
    private readonly Func<string, HoconRoot>? _includeCallback;

    private Parser(string text, Func<string, HoconRoot>? includeCallback)
    {
        _reader = new HoconReader(text);
        _includeCallback = includeCallback;
    }

    /// <summary>Parses a text and resolves its substitutions.</summary>
    /// <param name="text">The HOCON text.</param>
    /// <param name="includeCallback">Gives the root for the name that an <c>include "name"</c> states.</param>
    /// <exception cref="FormatException">Not HOCON; the message begins with line and column.</exception>
    public static HoconRoot Parse(string text, Func<string, HoconRoot>? includeCallback)
    {
        ArgumentNullException.ThrowIfNull(text);
        var fields = new Parser(text, includeCallback).ParseRoot();
        return new HoconRoot(new HoconValue(new HoconResolver(fields).Resolve()));
    }

    private HoconFields ParseRoot()
    {
        var fields = new HoconFields();
        _reader.SkipLines();
        if (_reader.Current == '{')
        {
            fields = ParseObject().Items;
            _reader.SkipLines();
        }
        else
            ParseFields(fields);

        return _reader.AtEnd ? fields : throw Unexpected("a key");
    }

    private HoconPart.Fields ParseObject()
    {
        var start = _reader.Position;
        _reader.Take();
        var fields = new HoconFields();
        ParseFields(fields);
        Close("}", start, "this object");
        return new HoconPart.Fields(start, fields);
    }

    /// <summary>Parses fields up to the end of the text or to a character that no key begins with.</summary>
    private void ParseFields(HoconFields fields)
    {
        _reader.SkipLines();
        while (_reader.Current == '"' || _reader.AtUnquoted)
        {
            if (!TryParseInclude(fields))
                ParseField(fields);

            SkipSeparator("a new line, a comma or the end of the object");
        }
    }

    private bool TryParseInclude(HoconFields fields)
    {
        var position = _reader.Position;
        if (!_reader.At(Include + " \"") && !_reader.At(Include + "\t\"") && !_reader.At(Include + "\""))
            return false;

        _reader.TryTake(Include);
        _reader.TakeBlanks();
        var name = _reader.TakeQuoted();
        if (_includeCallback is null)
        {
            throw position.Error($"include \"{name}\" needs a callback that resolves includes");
        }

        foreach (var (key, value) in _includeCallback(name).Value.GetObject().Items)
            fields[key].Assign(new HoconExpression([new HoconPart.Included(position, value)]));

        return true;
    }

    private void ParseField(HoconFields fields)
    {
        var position = _reader.Position;
        var path = ParseKey();
        foreach (var segment in path.SkipLast(1))
        {
            var nested = new HoconFields();
            var field = fields[segment];
            field.Assign(new HoconExpression([new HoconPart.Fields(position, nested)]));
            fields = field.Assignments[^1].Fields!;
        }

        fields[path[^1]].Assign(ParseAssignedValue());
    }

    private List<string> ParseKey()
    {
        var path = new List<string>();
        do
        {
            var position = _reader.Position;
            var segment = ParseKeySegment();
            if (segment is null)
            {
                throw position.Error($"expected a key, found {_reader.CurrentForPeople}");
            }

            path.Add(segment);
        }
        while (_reader.TryTake("."));
        return path;
    }

    /// <summary>One segment; inner blanks of an unquoted one belong to it, those before the separator do not.</summary>
    private string? ParseKeySegment()
    {
        string? segment = null;
        var blanks = "";
        while (_reader.Current == '"' || (_reader.AtUnquoted && _reader.Current != '.'))
        {
            segment += blanks + (_reader.Current == '"' ? _reader.TakeQuoted() : _reader.TakeUnquotedSegment());
            blanks = _reader.TakeBlanks();
        }

        return segment;
    }

    private HoconExpression ParseAssignedValue()
    {
        _reader.SkipLines();
        var position = _reader.Position;
        if (_reader.Current == '{')
            return ParseValue();

        if (_reader.TryTake("+="))
        {
            var element = ParseValueAfterSeparator();
            return new HoconExpression([new HoconPart.PreviousValue(position), new HoconPart.Elements(position, [element])]);
        }

        return _reader.TryTake("=") || _reader.TryTake(":")
            ? ParseValueAfterSeparator()
            : throw Unexpected("'=', ':', '+=' or '{' after the key");
    }

    private HoconExpression ParseValueAfterSeparator()
    {
        _reader.SkipLines();
        return ParseValue();
    }

    private HoconExpression ParseValue()
    {
        var parts = new List<HoconPart>();
        while (TryParsePart() is { } part)
            parts.Add(part);

        if (parts is [.., HoconPart.Text { IsBlank: true }])
            parts.RemoveAt(parts.Count - 1);

        return parts.Count > 0 ? new HoconExpression(parts) : throw Unexpected("a value");
    }

    private HoconPart? TryParsePart()
    {
        var position = _reader.Position;
        return _reader.Current switch
        {
            '{' => ParseObject(),
            '[' => ParseArray(),
            '"' => new HoconPart.Text(position, _reader.TakeQuoted(), Quoted: true),
            '$' => ParseSubstitution(),
            _ when _reader.AtBlank => new HoconPart.Text(position, _reader.TakeBlanks(), Quoted: false),
            _ when _reader.AtUnquoted => new HoconPart.Text(position, _reader.TakeUnquoted(), Quoted: false),
            _ => null,
        };
    }

    private HoconPart.Elements ParseArray()
    {
        var start = _reader.Position;
        _reader.Take();
        var elements = new List<HoconExpression>();
        _reader.SkipLines();
        while (!_reader.AtEnd && _reader.Current != ']')
        {
            elements.Add(ParseValue());
            SkipSeparator("a comma, a new line or ']'");
        }

        Close("]", start, "this list");
        return new HoconPart.Elements(start, elements);
    }

    private HoconPart.Substitution ParseSubstitution()
    {
        var position = _reader.Position;
        if (!_reader.TryTake("${"))
        {
            throw position.Error("a '$' begins a substitution ${path}; elsewhere it must be quoted");
        }

        var optional = _reader.TryTake("?");
        _reader.TakeBlanks();
        var path = HoconPath.Format(ParseKey());
        return _reader.TryTake("}")
            ? new HoconPart.Substitution(position, path, optional)
            : throw Unexpected("'}' after the path of a substitution");
    }

    private void SkipSeparator(string expected)
    {
        var lineEnded = _reader.SkipLines();
        var comma = _reader.TryTake(",");
        _reader.SkipLines();
        if (!lineEnded && !comma && !_reader.AtEnd && _reader.Current is not ('}' or ']'))
            throw Unexpected(expected);
    }

    private void Close(string bracket, HoconPosition start, string what)
    {
        if (!_reader.TryTake(bracket))
        {
            throw _reader.AtEnd ? start.Error($"{what} is not closed: expected '{bracket}'") : Unexpected($"'{bracket}'");
        }
    }

    private FormatException Unexpected(string expected) =>
        _reader.Position.Error($"expected {expected}, found {_reader.CurrentForPeople}");
}
