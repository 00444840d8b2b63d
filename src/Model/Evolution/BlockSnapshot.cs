using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Evolution;

/// <summary>What a topology rule may look at: one layer at one moment, and the random stream for this evolution of it.</summary>
public sealed record LayerSnapshot
{
    /// <summary>Which layer, counted from 0.</summary>
    public required int LayerIndex { get; init; }

    /// <summary>The layer's connections at that moment.</summary>
    public required Topology Topology { get; init; }

    /// <summary>Weight of every connection (nnz).</summary>
    public required NativeBuffer<float> Values { get; init; }

    /// <summary>Which input neurons may get connections; null if all.</summary>
    public LivingNeurons? LivingInputs { get; init; }

    /// <summary>Which output neurons may get connections; null if all.</summary>
    public LivingNeurons? LivingOutputs { get; init; }

    /// <summary>How the value of a grown connection is drawn.</summary>
    public required Initializer Initializer { get; init; }

    /// <summary>The stream of this evolution of this layer.</summary>
    public required RandomStream Random { get; init; }

    /// <summary>
    /// The present state of layer <paramref name="layerIndex"/> of <paramref name="network"/>, as evolution number
    /// <paramref name="evolution"/> sees it. It refers to the network's own arrays.
    /// </summary>
    public static LayerSnapshot Of(Network network, int layerIndex, RandomSource random, long evolution)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(random);
        var layer = network.Layers[layerIndex];
        return new LayerSnapshot
        {
            LayerIndex = layerIndex,
            Topology = layer.Topology,
            Values = layer.Values,
            LivingInputs = layerIndex > 0 ? network.LivingNeurons[layerIndex - 1] : null,
            LivingOutputs = layerIndex < network.LivingNeurons.Length ? network.LivingNeurons[layerIndex] : null,
            Initializer = network.Spec.Initializer,
            Random = random.Stream("evolve", layerIndex, evolution),
        };
    }
}
