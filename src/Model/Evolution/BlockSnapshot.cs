using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Evolution;

/// <summary>What a topology rule may look at: one sparse block at one moment, and the random stream for this evolution of it.</summary>
public sealed record BlockSnapshot
{
    /// <summary>Which sparse block, counted from 0.</summary>
    public required int BlockIndex { get; init; }

    /// <summary>What messages call the part of the network it belongs to (<see cref="BlockLayout.Title"/>).</summary>
    internal string Title { get; init; } = "a layer";

    /// <summary>Its connections at that moment.</summary>
    public required Topology Topology { get; init; }

    /// <summary>Weight of every connection (nnz).</summary>
    public required NativeBuffer<float> Values { get; init; }

    /// <summary>Which input neurons may get connections; null if all.</summary>
    public LivingNeurons? LivingInputs { get; init; }

    /// <summary>Which output neurons may get connections; null if all.</summary>
    public LivingNeurons? LivingOutputs { get; init; }

    /// <summary>How the value of a grown connection is drawn.</summary>
    public required Initializer Initializer { get; init; }

    /// <summary>The stream of this evolution of this block.</summary>
    public required RandomStream Random { get; init; }

    /// <summary>
    /// The present state of sparse block <paramref name="blockIndex"/> of <paramref name="network"/>, as evolution number
    /// <paramref name="evolution"/> sees it. It refers to the network's own arrays.
    /// </summary>
    public static BlockSnapshot Of(Network network, int blockIndex, RandomSource random, long evolution)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(random);
        var block = network.Parameters.Sparse[blockIndex];
        return new BlockSnapshot
        {
            BlockIndex = blockIndex,
            Title = network.Parameters.Layout.Sparse[blockIndex].Title,
            Topology = block.Topology,
            Values = block.Values,
            LivingInputs = blockIndex > 0 && network.Spec.IsChain ? network.LivingNeurons[blockIndex - 1] : null,
            LivingOutputs = blockIndex < network.LivingNeurons.Length ? network.LivingNeurons[blockIndex] : null,
            Initializer = network.Spec.Initializer,
            Random = random.Stream("evolve", blockIndex, evolution),
        };
    }
}
