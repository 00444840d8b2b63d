namespace ActorSparse.Model.Networks;

/// <summary>Work sets that are not under way. The one returned last is rented first: it is warm in the cache.</summary>
internal sealed class WorkSetPool(int capacity) : IDisposable
{
    private readonly Stack<WorkSet> _free = new();

    /// <summary>Number of sets at rest.</summary>
    public int Count => _free.Count;

    /// <summary>A set with the parameters of <paramref name="network"/>; the caller's until it is returned or given away.</summary>
    public WorkSet Rent(Network network, bool withVelocities)
    {
        if (!_free.TryPop(out var work)) return WorkSet.For(network);
        work.Refresh(network, withVelocities);
        return work;
    }

    /// <summary>Takes a set over.</summary>
    public void Return(WorkSet work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (_free.Count < capacity) _free.Push(work);
        else work.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_free.TryPop(out var work)) work.Dispose();
    }
}
