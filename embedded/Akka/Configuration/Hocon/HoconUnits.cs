using System.Globalization;

namespace Akka.Configuration.Hocon;

/// <summary>Durations and byte sizes: a number and a unit, with or without a space between them.</summary>
internal static class HoconUnits
{
    private static readonly Dictionary<string, double> MillisecondsPerUnit = new(StringComparer.Ordinal)
    {
        [""] = 1,
        ["ms"] = 1, ["milli"] = 1, ["millis"] = 1, ["millisecond"] = 1, ["milliseconds"] = 1,
        ["s"] = 1e3, ["second"] = 1e3, ["seconds"] = 1e3,
        ["m"] = 60e3, ["minute"] = 60e3, ["minutes"] = 60e3,
        ["h"] = 3600e3, ["hour"] = 3600e3, ["hours"] = 3600e3,
        ["d"] = 86400e3, ["day"] = 86400e3, ["days"] = 86400e3,
    };

    private static readonly Dictionary<string, decimal> BytesPerUnit = CreateBytesPerUnit();

    /// <returns>The duration; <see cref="Timeout.InfiniteTimeSpan"/> for <c>infinite</c>; null where the text is no duration.</returns>
    internal static TimeSpan? ParseDuration(string text, bool allowInfinite)
    {
        if (text == "infinite")
            return allowInfinite ? Timeout.InfiniteTimeSpan : null;

        var (number, unit) = Split(text);
        return MillisecondsPerUnit.TryGetValue(unit, out var milliseconds)
            && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            ? TimeSpan.FromTicks((long)Math.Round(count * milliseconds * TimeSpan.TicksPerMillisecond))
            : null;
    }

    /// <returns>The number of bytes; null where the text is no size.</returns>
    internal static long? ParseByteSize(string text)
    {
        var (number, unit) = Split(text);
        return BytesPerUnit.TryGetValue(unit, out var bytes)
            && decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            && count <= long.MaxValue / bytes
            ? (long)(count * bytes)
            : null;
    }

    private static (string Number, string Unit) Split(string text)
    {
        var length = 0;
        while (length < text.Length && (char.IsAsciiDigit(text[length]) || text[length] == '.'))
            length++;

        return (text[..length], text[length..].Trim());
    }

    /// <summary>kB is 1000 bytes; K, k, Ki and KiB are 1024; and so on up to exabytes.</summary>
    private static Dictionary<string, decimal> CreateBytesPerUnit()
    {
        var units = new Dictionary<string, decimal>(StringComparer.Ordinal) { [""] = 1, ["b"] = 1, ["B"] = 1, ["byte"] = 1, ["bytes"] = 1 };
        (string Decimal, string Binary, string Short)[] scales =
        [
            ("kilo", "kibi", "k"), ("mega", "mebi", "M"), ("giga", "gibi", "G"),
            ("tera", "tebi", "T"), ("peta", "pebi", "P"), ("exa", "exbi", "E"),
        ];
        decimal powerOf1000 = 1, powerOf1024 = 1;
        foreach (var scale in scales)
        {
            powerOf1000 *= 1000;
            powerOf1024 *= 1024;
            var upper = scale.Short.ToUpperInvariant();
            var lower = scale.Short.ToLowerInvariant();
            foreach (var name in new[] { scale.Short + "B", scale.Decimal + "byte", scale.Decimal + "bytes" })
                units[name] = powerOf1000;

            foreach (var name in new[] { upper, lower, upper + "i", upper + "iB", scale.Binary + "byte", scale.Binary + "bytes" })
                units[name] = powerOf1024;
        }

        return units;
    }
}
