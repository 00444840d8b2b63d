using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>Paths such as <c>akka.actor."my.key"</c>: segments with dots between them, quoted where a segment holds a dot itself.</summary>
internal static class HoconPath
{
    internal static IReadOnlyList<string> Parse(string path)
    {
        if (!path.Contains('"'))
            return path.Split('.');

        var segments = new List<string>();
        var segment = new StringBuilder();
        var quoted = false;
        foreach (var character in path)
        {
            if (character == '"')
                quoted = !quoted;
            else if (character == '.' && !quoted)
            {
                segments.Add(segment.ToString());
                segment.Clear();
            }
            else
                segment.Append(character);
        }

        segments.Add(segment.ToString());
        return segments;
    }

    internal static string Format(IEnumerable<string> segments) => string.Join('.', segments.Select(FormatSegment));

    internal static string FormatSegment(string segment) =>
        segment.Length > 0 && segment.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '/') ? segment : HoconWriter.Quote(segment);
}
