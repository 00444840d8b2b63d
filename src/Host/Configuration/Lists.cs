using System.Globalization;
using ActorSparse.Model;

namespace ActorSparse.Host.Configuration;

/// <summary>Options of several values with commas between them.</summary>
internal static class Lists
{
    /// <summary>The values of <paramref name="text"/>, each as <paramref name="read"/> makes it.</summary>
    public static T[] Parse<T>(string text, Func<string, T> read)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split(',', StringSplitOptions.TrimEntries).Select(read)];
    }

    /// <summary>Whole numbers above 0.</summary>
    /// <param name="text">The list.</param>
    /// <param name="what">What each is, as "neurons" in "no number of neurons".</param>
    /// <exception cref="InvalidInputException">One is no such number.</exception>
    public static int[] Wholes(string text, string what) => Parse(text, part =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0 ? value
            : throw new InvalidInputException($"'{part}' is no number of {what}; expected whole numbers separated by commas"));

    /// <summary>Numbers that <paramref name="isOne"/> accepts.</summary>
    /// <param name="text">The list.</param>
    /// <param name="isOne">Says whether a number is in the range.</param>
    /// <param name="what">What each is, as "percentile".</param>
    /// <param name="range">The range, as "from 0 to 100".</param>
    /// <exception cref="InvalidInputException">One is no such number.</exception>
    public static double[] Numbers(string text, Func<double, bool> isOne, string what, string range) => Parse(text, part =>
        double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && isOne(value) ? value
            : throw new InvalidInputException($"'{part}' is no {what}; expected numbers {range} separated by commas"));
}
