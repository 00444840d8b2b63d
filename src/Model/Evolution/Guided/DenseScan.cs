namespace ActorSparse.Model.Evolution.Guided;

/// <summary>
/// The strongest of all absent connections of a layer. Dense in time, B * n_in * n_out, but not in memory, which is linear in the
/// neurons, the number of connections sought and <see cref="BlockPositions"/>.
/// </summary>
internal static unsafe class DenseScan
{
    /// <summary>Fewest positions of a block of rows, so that what a block costs apart from its positions does not count.</summary>
    internal const int BlockPositions = 1 << 18;

    /// <summary>
    /// The <paramref name="limit"/> absent connections with the largest gradients, the first of equally large ones; null if there are none
    /// or none is sought.
    /// </summary>
    public static Candidates? Run(BlockSnapshot layer, BatchEvidence evidence, long limit)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(evidence);
        var empty = new EmptyPositions(layer);
        limit = Math.Min(limit, empty.Count);
        if (limit == 0) return null;

        var blockLength = (int)Math.Min(empty.Count, Math.Max(BlockPositions, layer.Topology.OutputCount));
        using var strongest = new StrongestPositions((int)limit, blockLength);
        var numbers = new long[blockLength];
        for (long first = 0; first < empty.Count; first += blockLength)
        {
            var block = numbers.AsSpan(0, (int)Math.Min(blockLength, empty.Count - first));
            for (var index = 0; index < block.Length; index++) block[index] = first + index;
            empty.Locate(block);
            using var candidates = new Candidates(Candidates.TopologyOf(layer.Topology, block), default);
            candidates.Differentiate(evidence, layer.BlockIndex);
            strongest.Add(block, candidates.Gradients);
        }
        var cost = Candidates.CostOfGradients(empty.Count, evidence.TermsPerGradient(layer.BlockIndex)) + new EvolutionCost
        {
            WorkspaceBytes = strongest.Bytes + (long)blockLength * (sizeof(long) + sizeof(int) + sizeof(float))
                + (long)layer.Topology.OutputCount * sizeof(int),
        };
        var (positions, gradients) = strongest.Take();
        var result = new Candidates(Candidates.TopologyOf(layer.Topology, positions), cost);
        gradients.CopyTo(result.Gradients.Span);
        return result;
    }
}
