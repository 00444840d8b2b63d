using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Evolution;

/// <summary>Totals of an epoch's topology changes.</summary>
/// <param name="PrunedCount">Connections removed.</param>
/// <param name="GrownCount">Connections grown.</param>
internal readonly record struct EvolutionSummary(long PrunedCount, long GrownCount)
{
    /// <summary>The sum of two totals.</summary>
    public static EvolutionSummary operator +(EvolutionSummary left, EvolutionSummary right) => Add(left, right);

    /// <summary>The sum of two totals.</summary>
    public static EvolutionSummary Add(EvolutionSummary left, EvolutionSummary right) => new(
        left.PrunedCount + right.PrunedCount, left.GrownCount + right.GrownCount);

    /// <summary>Whether each is a number from 0 to <paramref name="most"/>.</summary>
    public bool IsWithin(long most) => Math.Min(PrunedCount, GrownCount) >= 0 && Math.Max(PrunedCount, GrownCount) <= most;

    /// <summary>These totals with <paramref name="changes"/> added.</summary>
    public EvolutionSummary Plus(IEnumerable<TopologyChange?> changes) => new(
        PrunedCount + changes.Sum(change => (long)(change?.PrunedCount ?? 0)),
        GrownCount + changes.Sum(change => (long)(change?.GrownCount ?? 0)));
}
