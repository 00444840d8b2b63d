namespace ActorSparse.Model.Recovery;

/// <summary>Two layers as one vector, which one cut goes over: for every neuron a block of its d input and its k output weights.</summary>
/// <param name="Features">Inputs of a neuron, d.</param>
/// <param name="Outputs">Outputs, k.</param>
internal readonly record struct JoinedLayers(int Features, int Outputs)
{
    /// <summary>Length of a block.</summary>
    public int Length => Features + Outputs;

    /// <summary>Both layers and perhaps entries of neither, without what is 0.</summary>
    public SparseVector Join(SparseVector first, SparseVector second, SparseVector? others = null)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var all = new TopEntries(int.MaxValue);
        for (var entry = 0; entry < first.Count; entry++) all.Offer(Index(first, entry, 0), first.Values[entry]);
        for (var entry = 0; entry < second.Count; entry++) all.Offer(Index(second, entry, Features), second.Values[entry]);
        for (var entry = 0; entry < others?.Count; entry++) all.Offer(others.Indices[entry], others.Values[entry]);
        return all.ToVector(Length);
    }

    /// <summary>The two layers of such a vector.</summary>
    public (SparseVector First, SparseVector Second) Split(SparseVector joined)
    {
        ArgumentNullException.ThrowIfNull(joined);
        var (first, second) = (new List<(long, double)>(), new List<(long, double)>());
        for (var entry = 0; entry < joined.Count; entry++)
        {
            var (neuron, place) = (joined.Indices[entry] / Length, joined.Places[entry]);
            if (place < Features) first.Add((neuron * Features + place, joined.Values[entry]));
            else second.Add((neuron * Outputs + place - Features, joined.Values[entry]));
        }
        return (Vector(Features, first), Vector(Outputs, second));

        static SparseVector Vector(int blockLength, List<(long Index, double Value)> entries) =>
            new(blockLength, [.. entries.Select(entry => entry.Index)], [.. entries.Select(entry => entry.Value)]);
    }

    private long Index(SparseVector vector, int entry, int offset) =>
        vector.Indices[entry] / vector.BlockLength * Length + offset + vector.Places[entry];
}
