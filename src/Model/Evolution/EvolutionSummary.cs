using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Evolution;

/// <summary>Totals of an epoch's topology changes.</summary>
/// <param name="PrunedCount">Connections removed.</param>
/// <param name="GrownCount">Connections grown.</param>
/// <param name="MissingGrowth">Connections that should have been grown but found no empty position.</param>
internal readonly record struct EvolutionSummary(long PrunedCount, long GrownCount, long MissingGrowth)
{
    /// <summary>The sum of two totals.</summary>
    public static EvolutionSummary operator +(EvolutionSummary left, EvolutionSummary right) => Add(left, right);

    /// <summary>The sum of two totals.</summary>
    public static EvolutionSummary Add(EvolutionSummary left, EvolutionSummary right) => new(
        left.PrunedCount + right.PrunedCount, left.GrownCount + right.GrownCount, left.MissingGrowth + right.MissingGrowth);

    /// <summary>Whether each is a number from 0 to <paramref name="most"/>.</summary>
    public bool IsWithin(long most) => Math.Min(PrunedCount, Math.Min(GrownCount, MissingGrowth)) >= 0
        && Math.Max(PrunedCount, Math.Max(GrownCount, MissingGrowth)) <= most;

    /// <summary>These totals with <paramref name="changes"/> added.</summary>
    public EvolutionSummary Plus(IEnumerable<TopologyChange?> changes) => new(
        PrunedCount + changes.Sum(change => (long)(change?.PrunedCount ?? 0)),
        GrownCount + changes.Sum(change => (long)(change?.GrownCount ?? 0)),
        MissingGrowth + changes.Sum(change => (long)(change?.MissingGrowth ?? 0)));
}
