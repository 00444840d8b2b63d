using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Evolution;

/// <summary>One evolution of a whole network: the change of every layer, null where there is none. Owns the changes.</summary>
public sealed class NetworkEvolution : IDisposable
{
    /// <summary>Takes over <paramref name="changes"/>.</summary>
    public NetworkEvolution(IReadOnlyList<TopologyChange?> changes, EvolutionCost cost = default)
    {
        ArgumentNullException.ThrowIfNull(changes);
        Changes = changes;
        Cost = cost;
    }

    /// <summary>The change of every layer, first to last.</summary>
    public IReadOnlyList<TopologyChange?> Changes { get; }

    /// <summary>What computing them took.</summary>
    public EvolutionCost Cost { get; }

    /// <summary>
    /// An evolution that looks at one layer at a time and leaves the output layer as it is (wasap specification, section 3).
    /// </summary>
    public static NetworkEvolution OfHiddenLayers(NetworkSnapshot network, Func<BlockSnapshot, TopologyChange?> evolve)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(evolve);
        var changes = new TopologyChange?[network.Blocks.Count];
        for (var layer = 0; layer < changes.Length - 1; layer++) changes[layer] = evolve(network.Blocks[layer]);
        return new(changes);
    }

    /// <summary>Applies the change of every layer that has one: survivors keep value and momentum bit for bit.</summary>
    public static void Apply(ParameterSet parameters, IReadOnlyList<TopologyChange?> changes)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentOutOfRangeException.ThrowIfNotEqual(changes.Count, parameters.Sparse.Count);
        for (var layer = 0; layer < changes.Count; layer++)
            if (changes[layer] is { } change) parameters.Sparse[layer].Apply(change);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var change in Changes) change?.Dispose();
    }
}
