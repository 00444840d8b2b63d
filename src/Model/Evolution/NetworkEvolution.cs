using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Evolution;

/// <summary>One evolution of a whole network: every layer but the output layer (wasap specification, section 3).</summary>
public static class NetworkEvolution
{
    /// <summary>
    /// The change of every layer, null where the rule makes none; the network is only read. Evolution number <paramref name="evolution"/>
    /// has random streams of its own, so that the result depends on the network and the seed alone. The caller owns the changes.
    /// </summary>
    public static TopologyChange?[] Compute(Network network, ITopologyRule rule, RandomSource random, long evolution)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(rule);
        var changes = new TopologyChange?[network.Layers.Count];
        for (var layer = 0; layer < changes.Length - 1; layer++)
            changes[layer] = rule.Evolve(LayerSnapshot.Of(network, layer, random, evolution));
        return changes;
    }

    /// <summary>Applies the change of every layer that has one: survivors keep value and momentum bit for bit.</summary>
    public static void Apply(Network network, IReadOnlyList<TopologyChange?> changes)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentOutOfRangeException.ThrowIfNotEqual(changes.Count, network.Layers.Count);
        for (var layer = 0; layer < changes.Count; layer++)
            if (changes[layer] is { } change) network.Layers[layer].Apply(change);
    }
}
