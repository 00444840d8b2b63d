using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Networks;

/// <summary>One replica of a network: its specification and its sparse layers, first to last.</summary>
public sealed class Network : IDisposable
{
    /// <summary>Takes over <paramref name="layers"/>, whose shapes must follow the specification.</summary>
    public Network(NetworkSpec spec, SparseLayer[] layers)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentOutOfRangeException.ThrowIfNotEqual(layers.Length, spec.LayerCount);
        for (var index = 0; index < layers.Length; index++)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(layers[index].Topology.InputCount, spec.LayerSizes[index]);
            ArgumentOutOfRangeException.ThrowIfNotEqual(layers[index].Topology.OutputCount, spec.LayerSizes[index + 1]);
        }
        Spec = spec;
        Layers = layers;
        LivingNeurons = new LivingNeurons?[spec.LayerCount - 1];
    }

    /// <summary>What defines the network.</summary>
    public NetworkSpec Spec { get; }

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<SparseLayer> Layers { get; }

    /// <summary>
    /// For each hidden layer, first to last, which neurons importance pruning has left; null while all live. A pruned neuron has no
    /// connections and never takes part in growth again (wasap specification, section 4).
    /// </summary>
    public LivingNeurons?[] LivingNeurons { get; }

    /// <summary>Number of stored connections of all layers.</summary>
    public long ConnectionCount => Layers.Sum(layer => (long)layer.Topology.ConnectionCount);

    /// <summary>Makes this replica equal to <paramref name="source"/>, topologies included.</summary>
    public void CopyFrom(Network source)
    {
        ArgumentNullException.ThrowIfNull(source);
        for (var index = 0; index < Layers.Count; index++) Layers[index].CopyFrom(source.Layers[index]);
        source.LivingNeurons.CopyTo(LivingNeurons, 0);
    }

    /// <summary>A replica of its own with the same parameters.</summary>
    public Network Clone()
    {
        var clone = new Network(Spec, [.. Layers.Select(layer => layer.Clone())]);
        LivingNeurons.CopyTo(clone.LivingNeurons, 0);
        return clone;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var layer in Layers) layer.Dispose();
    }
}
