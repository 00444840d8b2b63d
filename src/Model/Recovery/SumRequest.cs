namespace ActorSparse.Model.Recovery;

/// <summary>
/// One question to whoever holds samples, complete in itself: s numbers go there, sums come back. What was computed for gates and a point is
/// kept until others come.
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

    /// <summary>
    /// The largest question or answer there can be, in bytes, of networks with at most <paramref name="budget"/> weights and
    /// <paramref name="layers"/> hidden layers for samples of so many features and outputs.
    /// </summary>
    public static long BytesMax(long budget, long features, long outputs, int layers)
    {
        // A point or direction has at most the weights and as many candidates; the layers before are part of an order.
        const long PerEntry = 2 * sizeof(long), Vectors = 5, Nodes = 2 * 31, Rest = 1 << 16;
        var entries = 2 * budget;
        var sums = 1 + Math.Max(entries, IhtSteps.RequestNumbersOf(Math.Max(features, budget + 1) + outputs));
        return Rest + Math.Max((Vectors + layers) * entries * PerEntry + sums * sizeof(int), Nodes * sums * sizeof(double));
    }

    /// <summary>Makes sure that the question is one about <paramref name="data"/>, whose features are read where it says.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public void CheckFits(RecoveryData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var isVector = Kind is SumKind.VectorBlocks or SumKind.VectorCurvature;
        if (isVector != OutputPoint is not null || isVector == Gates is not null || Kind == SumKind.VectorCurvature && (Blocks is null || OutputBlocks is null))
            throw new ArgumentException($"a question for {Kind} that lacks something, or has too much");
        SparseVector?[] first = [Point, Gates?.Generators, Blocks], second = [OutputPoint, OutputBlocks];
        if (Array.Exists(first, vector => vector is not null && vector.BlockLength != data.FeatureCount)
            || Array.Exists(second, vector => vector is not null && vector.BlockLength != data.OutputCount))
            throw new ArgumentException($"a question about other samples than those of {data.FeatureCount} features and {data.OutputCount} outputs");
        if (FirstChunk < 0 || ChunkCount < 1 || FirstChunk > data.Chunks.Count - ChunkCount)
            throw new ArgumentException($"{ChunkCount} chunks from {FirstChunk}; expected some of {data.Chunks.Count}");
        if (Neurons.Length > IhtSteps.PortionOf(data.FeatureCount)) throw new ArgumentException($"a question about {Neurons.Length} neurons at once");
    }
}
