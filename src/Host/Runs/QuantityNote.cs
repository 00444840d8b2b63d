using System.Globalization;
using ActorSparse.Model.Data;

namespace ActorSparse.Host.Runs;

/// <summary>What the user should know if the classes of samples look like a quantity.</summary>
internal static class QuantityNote
{
    // Classes that are numbers, so many and so many for the samples: each would have hardly any.
    private const int ClassesMin = 20;
    private const double ClassesShare = 0.2;

    /// <summary>It and what else there is to know of the data, a line each.</summary>
    public static IEnumerable<string> AndOf(DataPair data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Of(data.Train) is { } note ? [note, .. data.Notes] : data.Notes;
    }

    /// <summary>It, in one line; null if there is nothing.</summary>
    public static string? Of(Dataset train)
    {
        ArgumentNullException.ThrowIfNull(train);
        if (train.Targets is not ClassTargets { Names: { } names } || names.Count < ClassesMin) return null;
        if (names.Count < ClassesShare * train.SampleCount || !names.All(name => long.TryParse(name, CultureInfo.InvariantCulture, out _)))
            return null;
        return $"the label has {names.Count} different values, for {train.SampleCount} training rows: "
            + "if it is a quantity, use --loss mean-squared-error";
    }
}
