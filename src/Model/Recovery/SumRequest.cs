namespace ActorSparse.Model.Recovery;

/// <summary>
/// One question to whoever holds samples, complete in itself: s numbers go there, sums come back. Gates and points are compared by
/// reference: what was computed for one is kept until the next.
/// </summary>
/// <param name="Kind">What to sum.</param>
/// <param name="Point">The weights of the first layer, or what stands for them.</param>
internal sealed record SumRequest(SumKind Kind, SparseVector Point)
{
    /// <summary>Where the residual of a network with one output is linear; null with several, whose gates are their weights'.</summary>
    public Gates? Gates { get; init; }

    /// <summary>The neurons to sum for, ascending.</summary>
    public int[] Neurons { get; init; } = [];

    /// <summary>Weights of the second layer, a block of k for each neuron; null with one output, where they are 1.</summary>
    public SparseVector? OutputPoint { get; init; }

    /// <summary>
    /// <see cref="SumKind.VectorBlocks"/>: the weights of the neurons asked for, if they are not those of the points; what there is to
    /// differentiate. <see cref="SumKind.VectorCurvature"/>: the direction.
    /// </summary>
    public SparseVector? Blocks { get; init; }

    /// <summary>The same for the second layer.</summary>
    public SparseVector? OutputBlocks { get; init; }

    /// <summary>Whether the loss of several outputs is cross-entropy after softmax; else it is squared.</summary>
    public bool IsCrossEntropy { get; init; }

    /// <summary>The first chunk of the batch.</summary>
    public int FirstChunk { get; init; }

    /// <summary>Chunks of the batch.</summary>
    public required int ChunkCount { get; init; }

    /// <summary>How many numbers the answer has.</summary>
    public int Length => Kind switch
    {
        SumKind.SupportGradient => 1 + Point.Count,
        SumKind.Blocks => 1 + Neurons.Length * Point.BlockLength,
        SumKind.Gram => Point.Count,
        SumKind.VectorBlocks => 1 + Neurons.Length * (Point.BlockLength + OutputPoint!.BlockLength),
        _ => 1,
    };
}
