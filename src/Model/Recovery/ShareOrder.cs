namespace ActorSparse.Model.Recovery;

/// <summary>A share of one question: some of the batch's chunks, which one worker is to sum.</summary>
/// <param name="Ticket">Number of the question, ascending.</param>
/// <param name="Share">Which share.</param>
/// <param name="FirstChunk">The first chunk.</param>
/// <param name="EndChunk">The chunk after the last one.</param>
/// <param name="Request">The question.</param>
internal sealed record ShareOrder(long Ticket, int Share, int FirstChunk, int EndChunk, SumRequest Request)
{
    /// <summary>Whether <paramref name="nodes"/> are what the order asks for.</summary>
    public bool IsAnsweredBy(IReadOnlyList<NodeSum> nodes)
    {
        var (start, end) = (FirstChunk - Request.FirstChunk, EndChunk - Request.FirstChunk);
        return nodes.All(node => node.Sums.Length == Request.Length)
            && nodes.Select(node => (node.Level, node.Index)).SequenceEqual(PairwiseSum.NodesWithin(start, end, Request.ChunkCount));
    }

    /// <summary>Makes sure that the order is one about <paramref name="data"/>.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public void CheckFits(RecoveryData data)
    {
        Request.CheckFits(data);
        if (FirstChunk < Request.FirstChunk || EndChunk <= FirstChunk || EndChunk > Request.FirstChunk + Request.ChunkCount)
            throw new ArgumentException($"chunks {FirstChunk} to {EndChunk}; expected some of the batch's");
    }
}
