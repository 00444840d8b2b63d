using ActorSparse.Model.Evolution;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Baselines;

/// <summary>Prunes the connections of all blocks together by a score.</summary>
internal static class GlobalPruning
{
    /// <summary>
    /// The change of every block, null where there is none, that leaves the <paramref name="count"/> connections with the largest
    /// magnitudes of <paramref name="scores"/>; of equal ones those go that come first. None if no more are there. O(connections).
    /// </summary>
    /// <exception cref="TrainingDivergedException">A score is not finite.</exception>
    public static TopologyChange?[] Keep(IReadOnlyList<Topology> topologies, IReadOnlyList<NativeBuffer<float>> scores, long count)
    {
        ArgumentNullException.ThrowIfNull(topologies);
        ArgumentNullException.ThrowIfNull(scores);
        var changes = new TopologyChange?[topologies.Count];
        var excess = topologies.Sum(topology => (long)topology.ConnectionCount) - count;
        if (excess <= 0) return changes;
        CheckFinite(scores);
        var pruning = MagnitudeThreshold.Smallest(scores, excess);
        for (var block = 0; block < changes.Length; block++)
        {
            using var removed = new NativeBuffer<byte>(scores[block].Length, zeroed: false);
            if (pruning.Mark(scores[block], removed) > 0) changes[block] = TopologyEdit.Build(topologies[block], removed, []);
        }
        return changes;
    }

    /// <summary>Refuses scores that cannot be ranked.</summary>
    /// <exception cref="TrainingDivergedException">A score is not finite.</exception>
    public static void CheckFinite(IReadOnlyList<NativeBuffer<float>> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        for (var block = 0; block < scores.Count; block++)
            if (!FiniteCheck.IsFinite(scores[block]))
                throw new TrainingDivergedException($"training diverged: block {block + 1} has scores to prune by that are not finite");
    }
}
