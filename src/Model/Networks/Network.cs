using ActorSparse.Model.Numerics;
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

    /// <summary>
    /// A new network: Erdos-Renyi topologies, parameters as the specification's initialiser draws them, velocities 0. Deterministic
    /// in the seed; O(connections + neurons).
    /// </summary>
    /// <exception cref="InvalidInputException">The specification cannot be built.</exception>
    public static Network Create(NetworkSpec spec, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(random);
        spec.Validate();
        var layers = new SparseLayer[spec.LayerCount];
        Parallel.For(0, layers.Length, index =>
        {
            int inputs = spec.LayerSizes[index], outputs = spec.LayerSizes[index + 1];
            using var topology = ErdosRenyi.Sample(inputs, outputs, spec.Epsilon, random.Stream("topology", index));
            layers[index] = new SparseLayer(topology);
            new WeightSampler(spec.Initializer, inputs, outputs).Fill(layers[index], random.Stream("weights", index));
        });
        return new Network(spec, layers);
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

    /// <summary>Number of stored connections of each layer.</summary>
    public int[] ConnectionCounts() => [.. Layers.Select(layer => layer.Topology.ConnectionCount)];

    /// <summary>Number of living neurons of each hidden layer.</summary>
    public int[] LivingNeuronCounts() =>
        [.. LivingNeurons.Select((living, hidden) => living?.LivingCount ?? Spec.LayerSizes[hidden + 1])];

    /// <summary>A layer's number, counted from 1, and shape, for messages.</summary>
    public string Describe(int layerIndex) =>
        $"layer {layerIndex + 1} ({Spec.LayerSizes[layerIndex]}-{Spec.LayerSizes[layerIndex + 1]})";

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
