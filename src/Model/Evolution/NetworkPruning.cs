using ActorSparse.Model.Networks;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Evolution;

/// <summary>The neurons that importance pruning takes out of a network, with all their connections.</summary>
internal sealed class NetworkPruning : IDisposable
{
    /// <summary>Takes over the changes; <paramref name="prunedNeurons"/> counts the neurons that die in each hidden layer.</summary>
    public NetworkPruning(
        IReadOnlyList<TopologyChange?> changes, IReadOnlyList<LivingNeurons?> livingNeurons, IReadOnlyList<int> prunedNeurons)
    {
        Changes = changes;
        LivingNeurons = livingNeurons;
        PrunedNeurons = prunedNeurons;
    }

    /// <summary>The change of every layer, null where no connection goes.</summary>
    public IReadOnlyList<TopologyChange?> Changes { get; }

    /// <summary>The neurons of every hidden layer that live afterwards; null where all do.</summary>
    public IReadOnlyList<LivingNeurons?> LivingNeurons { get; }

    /// <summary>Neurons that die, for every hidden layer.</summary>
    public IReadOnlyList<int> PrunedNeurons { get; }

    /// <summary>Removes the connections from <paramref name="network"/> and marks the neurons dead.</summary>
    public void Apply(Network network)
    {
        NetworkEvolution.Apply(network.Parameters, Changes);
        for (var layer = 0; layer < LivingNeurons.Count; layer++) network.LivingNeurons[layer] = LivingNeurons[layer];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var change in Changes) change?.Dispose();
    }
}
