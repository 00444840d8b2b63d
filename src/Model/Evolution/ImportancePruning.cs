using System.Collections;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;
using MathNet.Numerics.Statistics;

namespace ActorSparse.Model.Evolution;

/// <summary>
/// Importance pruning (wasap specification, section 4): hidden neurons whose incoming weights are small in sum go, with all their incoming
/// and outgoing connections, and never take part in growth again.
/// </summary>
internal static class ImportancePruning
{
    /// <summary>Importance of every output neuron of a layer: the sum of the magnitudes of its incoming connections.</summary>
    public static double[] Importance(SparseBlock layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        var importance = new double[layer.Topology.OutputCount];
        for (var neuron = 0; neuron < importance.Length; neuron++)
            for (var position = layer.Topology.RowStart(neuron); position < layer.Topology.RowStart(neuron + 1L); position++)
                importance[neuron] += Math.Abs(layer.Values[position]);
        return importance;
    }

    /// <summary>
    /// Takes out, in every hidden layer, the living neurons whose importance is at or below the <paramref name="percentile"/>-th percentile
    /// of the living ones' (0 to 100, interpolated between neighbours), least important first, first of equal ones first, as long as
    /// max(1, ceil(<paramref name="minimumLiving"/> * n)) of the layer's n neurons live on. The network is only read; the caller owns the
    /// result.
    /// </summary>
    public static NetworkPruning Compute(Network network, double percentile, double minimumLiving)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (!network.Spec.IsChain)
            throw new InvalidInputException("importance pruning takes out neurons of layers: expected a chain of layers, not a graph");
        ArgumentOutOfRangeException.ThrowIfNegative(percentile);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percentile, 100);
        var hiddenCount = network.LivingNeurons.Length;
        var living = new LivingNeurons?[hiddenCount];
        var pruned = new int[hiddenCount];
        for (var hidden = 0; hidden < hiddenCount; hidden++)
            (living[hidden], pruned[hidden]) =
                PruneLayer(network.Parameters.Sparse[hidden], network.LivingNeurons[hidden], percentile, minimumLiving);

        var changes = new TopologyChange?[network.Parameters.Sparse.Count];
        for (var layer = 0; layer < changes.Length; layer++)
            changes[layer] = Disconnect(
                network.Parameters.Sparse[layer].Topology, layer > 0 ? living[layer - 1] : null,
                layer < hiddenCount ? living[layer] : null);
        return new(changes, living, pruned);
    }

    private static (LivingNeurons? Living, int PrunedCount) PruneLayer(
        SparseBlock layer, LivingNeurons? living, double percentile, double minimumLiving)
    {
        var importance = Importance(layer);
        var candidates = Enumerable.Range(0, importance.Length).Where(neuron => living?.IsAlive(neuron) ?? true).ToArray();
        var minimum = Math.Max(1, (int)Math.Ceiling(minimumLiving * importance.Length));
        if (candidates.Length <= minimum) return (living, 0);

        Array.Sort(candidates, (a, b) => (importance[a], a).CompareTo((importance[b], b)));
        var sorted = candidates.Select(neuron => importance[neuron]).ToArray();
        // Definition 7 of Hyndman and Fan, which numpy and most statistics packages use unasked.
        var threshold = SortedArrayStatistics.QuantileCustom(sorted, percentile / 100, QuantileDefinition.R7);
        var count = Math.Min(sorted.Count(value => value <= threshold), candidates.Length - minimum);
        if (count == 0) return (living, 0);

        var alive = new BitArray(importance.Length);
        foreach (var neuron in candidates[count..]) alive[neuron] = true;
        return (new LivingNeurons(alive), count);
    }

    // The change that removes every connection of a dead neuron; null if there is none.
    private static TopologyChange? Disconnect(Topology topology, LivingNeurons? inputs, LivingNeurons? outputs)
    {
        if (inputs is null && outputs is null) return null;
        using var removed = new NativeBuffer<byte>(topology.ConnectionCount);
        var removedCount = 0;
        for (var row = 0; row < topology.OutputCount; row++)
        {
            var isRowDead = !(outputs?.IsAlive(row) ?? true);
            var columns = topology.Row(row);
            for (var index = 0; index < columns.Length; index++)
            {
                if (!isRowDead && (inputs?.IsAlive(columns[index]) ?? true)) continue;
                removed[topology.RowStart(row) + index] = 1;
                removedCount++;
            }
        }
        return removedCount == 0 ? null : TopologyEdit.Build(topology, removed, []);
    }
}
