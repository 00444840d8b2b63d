using System.Globalization;

namespace Akka.Configuration.Hocon;

/// <summary>One value of a configuration: null, text, an array or an object. Numbers and the rest are texts read as such.</summary>
public class HoconValue
{
    private readonly object? _content;

    private HoconValue(object? content) => _content = content;

    /// <summary>An object without keys.</summary>
    public HoconValue()
        : this(new HoconObject())
    {
    }

    internal HoconValue(HoconObject items)
        : this((object)items)
    {
    }

    internal HoconValue(List<HoconValue> elements)
        : this((object)elements)
    {
    }

    internal HoconValue(string text)
        : this((object)text)
    {
    }

    internal static HoconValue Null { get; } = new((object?)null);

    /// <summary>Whether there is nothing in it: null, or an object without keys.</summary>
    public bool IsEmpty => _content is null or HoconObject { Items.Count: 0 };

    internal string? Text => _content as string;

    internal bool IsNull => _content is null;

    public bool IsObject() => _content is HoconObject;

    public bool IsArray() => _content is List<HoconValue>;

    public bool IsString() => _content is string;

    /// <returns>The object.</returns>
    public HoconObject GetObject() => _content as HoconObject ?? throw Mismatch("an object");

    /// <returns>The value of a key of this object, or null where it has none or is no object.</returns>
    public HoconValue? GetChildObject(string key) => (_content as HoconObject)?.GetKey(key);

    public IList<HoconValue> GetArray() => _content as List<HoconValue> ?? throw Mismatch("a list");

    /// <returns>The text; null for the value null.</returns>
    public string? GetString() => _content switch
    {
        null => null,
        string text => text,
        _ => throw Mismatch("text"),
    };

    public bool GetBoolean() => Text switch
    {
        "on" or "true" => true,
        "off" or "false" => false,
        _ => throw new NotSupportedException($"expected on, off, true or false, found {this}"),
    };

    public int GetInt() => Number<int>("a whole number of 32 bits");

    public long GetLong() => Number<long>("a whole number of 64 bits");

    public byte GetByte() => Number<byte>("a whole number from 0 to 255");

    public float GetFloat() => Number<float>("a number");

    public double GetDouble() => Number<double>("a number");

    public decimal GetDecimal() => Number<decimal>("a number");

    /// <summary>A duration such as <c>10s</c>, <c>100 ms</c> or <c>infinite</c>; a number without a unit is in milliseconds.</summary>
    public TimeSpan GetTimeSpan(bool allowInfinite = true) =>
        (Text is { } text ? HoconUnits.ParseDuration(text, allowInfinite) : null)
        ?? throw Mismatch(allowInfinite ? "a duration such as 10s, 100 ms or infinite" : "a duration such as 10s or 100 ms");

    /// <summary>A size in bytes such as <c>128000b</c>, <c>64 KiB</c> or <c>1MB</c>; null for the value null.</summary>
    public long? GetByteSize() =>
        IsNull ? null
        : (Text is { } text ? HoconUnits.ParseByteSize(text) : null) ?? throw Mismatch("a size such as 128000b, 64 KiB or 1MB");

    public IList<string> GetStringList() => List(value => value.GetString() ?? throw Mismatch("a list of texts"));

    public IList<bool> GetBooleanList() => List(value => value.GetBoolean());

    public IList<int> GetIntList() => List(value => value.GetInt());

    public IList<long> GetLongList() => List(value => value.GetLong());

    public IList<byte> GetByteList() => List(value => value.GetByte());

    public IList<float> GetFloatList() => List(value => value.GetFloat());

    public IList<double> GetDoubleList() => List(value => value.GetDouble());

    public IList<decimal> GetDecimalList() => List(value => value.GetDecimal());

    public override string ToString() => HoconWriter.Write(this);

    internal HoconValue MergedOver(HoconValue fallback) =>
        _content is HoconObject top && fallback._content is HoconObject below ? new HoconValue(top.MergedOver(below)) : this;

    private List<T> List<T>(Func<HoconValue, T> read) => [.. GetArray().Select(read)];

    private T Number<T>(string expected)
        where T : ISpanParsable<T> =>
        T.TryParse(Text, CultureInfo.InvariantCulture, out var number) ? number : throw Mismatch(expected);

    private FormatException Mismatch(string expected) => new($"expected {expected}, found {this}");
}
