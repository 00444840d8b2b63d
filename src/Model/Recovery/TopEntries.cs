namespace ActorSparse.Model.Recovery;

/// <summary>
/// Hard thresholding: the <paramref name="capacity"/> entries of largest rank among those that are offered, in a heap, so that memory goes
/// with what is kept. Of equal ranks the smaller index stays; what is kept does not depend on the order of offers. An index is to be offered
/// once.
/// </summary>
/// <param name="capacity">How many entries to keep.</param>
internal sealed class TopEntries(int capacity)
{
    // The entry that goes first is at the root: of the smallest rank the largest index.
    private readonly PriorityQueue<(long Index, double Value), (double Rank, long Index)> _kept =
        new(Comparer<(double Rank, long Index)>.Create(
            (left, right) => left.Rank != right.Rank ? left.Rank.CompareTo(right.Rank) : right.Index.CompareTo(left.Index)));

    /// <summary>Entries kept so far.</summary>
    public int Count => _kept.Count;

    /// <summary>Offers an entry, ranked by its magnitude. One that is 0 is not kept.</summary>
    /// <exception cref="TrainingDivergedException">The value is not finite.</exception>
    public void Offer(long index, double value) => Offer(index, value, Math.Abs(value));

    /// <summary>Offers an entry with a rank of its own.</summary>
    /// <exception cref="TrainingDivergedException">A number is not finite.</exception>
    public void Offer(long index, double value, double rank)
    {
        if (!double.IsFinite(value) || !double.IsFinite(rank))
            throw new TrainingDivergedException($"a candidate of the support is {(double.IsFinite(value) ? rank : value)}");
        if (value == 0) return;
        if (_kept.Count < capacity)
        {
            _kept.Enqueue((index, value), (rank, index));
            return;
        }
        if (capacity == 0 || !_kept.TryPeek(out _, out var least)) return;
        if (rank < least.Rank || (rank == least.Rank && index > least.Index)) return;
        _kept.DequeueEnqueue((index, value), (rank, index));
    }

    /// <summary>What was kept, as a vector of blocks of that length.</summary>
    public SparseVector ToVector(int blockLength)
    {
        var (indices, values) = (new long[_kept.Count], new double[_kept.Count]);
        var entry = 0;
        foreach (var ((index, value), _) in _kept.UnorderedItems) (indices[entry], values[entry++]) = (index, value);
        Array.Sort(indices, values);
        return new(blockLength, indices, values);
    }
}
