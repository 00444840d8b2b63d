namespace ActorSparse.Host.Configuration;

/// <summary>Finds what a person meant by a misspelt name.</summary>
internal static class Suggestion
{
    /// <summary>" (did you mean X?)" for the candidate that takes the fewest edits, or nothing if none is near.</summary>
    public static string For(string given, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(given);
        var (name, distance) = candidates.Select(candidate => (candidate, Distance(given, candidate)))
            .OrderBy(pair => pair.Item2).ThenBy(pair => pair.candidate, StringComparer.Ordinal).FirstOrDefault(("", int.MaxValue));
        return distance <= Math.Max(1, given.Length / 3) ? $" (did you mean {name}?)" : "";
    }

    /// <summary>
    /// Fewest insertions, deletions, replacements and swaps of neighbours that make <paramref name="right"/> from <paramref name="left"/>
    /// (optimal string alignment).
    /// </summary>
    public static int Distance(string left, string right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        int[] beforeLast = [], last = [.. Enumerable.Range(0, right.Length + 1)];
        for (var row = 1; row <= left.Length; row++)
        {
            var current = new int[right.Length + 1];
            current[0] = row;
            for (var column = 1; column <= right.Length; column++)
            {
                var same = left[row - 1] == right[column - 1];
                current[column] = Math.Min(Math.Min(last[column] + 1, current[column - 1] + 1), last[column - 1] + (same ? 0 : 1));
                if (row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1])
                    current[column] = Math.Min(current[column], beforeLast[column - 2] + 1);
            }
            (beforeLast, last) = (last, current);
        }
        return last[^1];
    }
}
