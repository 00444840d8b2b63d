using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Evolution.Guided;

/// <summary>
/// Grows the candidates with the largest gradients and prunes as many of the connections that were there, those with the smallest weights
/// (gse specification, sections 2.2 and 2.6). A grown connection begins with value and momentum 0, so that growth alone leaves the
/// network's function as it is, and cannot be pruned by the evolution that grew it.
/// </summary>
internal static class GuidedSelection
{
    /// <summary>
    /// The change of every layer, null where there is none. Equally large gradients are taken, and equally small weights pruned, in
    /// ascending order of layer and position. O(connections + candidates + neurons).
    /// </summary>
    /// <param name="layers">All layers.</param>
    /// <param name="candidates">Candidates of every layer with their gradients; null where there are none.</param>
    /// <param name="options">What stays constant.</param>
    /// <param name="fraction">Fraction of the connections to replace, 0 to 1.</param>
    /// <exception cref="TrainingDivergedException">A gradient is not finite.</exception>
    public static TopologyChange?[] Select(
        IReadOnlyList<BlockSnapshot> layers, IReadOnlyList<Candidates?> candidates, GuidedOptions options, double fraction)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNotEqual(candidates.Count, layers.Count);
        CheckFinite(layers, candidates);
        var changes = new TopologyChange?[layers.Count];
        if (options.Budget == ConnectionBudget.Global)
            Replace([.. Enumerable.Range(0, layers.Count)], layers, candidates, options, fraction, changes);
        else
            for (var layer = 0; layer < layers.Count; layer++) Replace([layer], layers, candidates, options, fraction, changes);
        return changes;
    }

    // They cannot be ranked.
    private static void CheckFinite(IReadOnlyList<BlockSnapshot> layers, IReadOnlyList<Candidates?> candidates)
    {
        for (var layer = 0; layer < candidates.Count; layer++)
            if (candidates[layer] is { } found && !FiniteCheck.IsFinite(found.Gradients))
                throw new TrainingDivergedException(
                    $"training diverged: {layers[layer].Title} has candidates whose gradients are not finite; a lower learning rate may help");
    }

    // The layers of a group compete for growth, and their connections to stay.
    private static void Replace(
        int[] group, IReadOnlyList<BlockSnapshot> layers, IReadOnlyList<Candidates?> candidates, GuidedOptions options, double fraction,
        TopologyChange?[] changes)
    {
        var quota = options.Quota(group.Sum(layer => (long)layers[layer].Topology.ConnectionCount), fraction);
        var count = Math.Min(quota, group.Sum(layer => (long)(candidates[layer]?.Count ?? 0)));
        if (count == 0) return;

        var gradients = group.Select(layer => candidates[layer]?.Gradients).OfType<NativeBuffer<float>>();
        var growth = MagnitudeThreshold.Largest([.. gradients], count);
        var pruning = MagnitudeThreshold.Smallest([.. group.Select(layer => layers[layer].Values)], count);
        foreach (var layer in group)
        {
            var grown = Grown(candidates[layer], ref growth);
            using var removed = new NativeBuffer<byte>(layers[layer].Values.Length, zeroed: false);
            if (pruning.Mark(layers[layer].Values, removed) == 0 && grown.Length == 0) continue;
            changes[layer] = TopologyEdit.Build(layers[layer].Topology, removed, grown);
        }
    }

    private static ReadOnlySpan<long> Grown(Candidates? candidates, ref MagnitudeThreshold growth)
    {
        if (candidates is null) return [];
        using var selected = new NativeBuffer<byte>(candidates.Count, zeroed: false);
        return candidates.PositionsOf(selected, growth.Mark(candidates.Gradients, selected));
    }
}
