namespace ActorSparse.Model.Coordination;

/// <summary>
/// How many gradients were applied at each staleness: updates between the parameters they were computed from and their own.
/// </summary>
internal sealed class StalenessHistogram
{
    private readonly long[] _counts;
    private long _sum;

    /// <summary>An empty histogram; staleness of <paramref name="capacity"/> - 1 and more shares the last bin.</summary>
    public StalenessHistogram(int capacity = 256)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _counts = new long[capacity];
    }

    /// <summary>Number of gradients at each staleness; the last bin also holds all beyond it.</summary>
    public IReadOnlyList<long> Counts => _counts;

    /// <summary>Number of gradients.</summary>
    public long Total { get; private set; }

    /// <summary>Largest staleness seen, in updates.</summary>
    public long Max { get; private set; }

    /// <summary>Mean staleness in updates; 0 while empty.</summary>
    public double Mean => Total == 0 ? 0 : _sum / (double)Total;

    /// <summary>Is empty again.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        (_sum, Total, Max) = (0, 0, 0);
    }

    /// <summary>Counts one gradient.</summary>
    public void Add(long stalenessSteps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stalenessSteps);
        _counts[Math.Min(stalenessSteps, _counts.Length - 1)]++;
        _sum += stalenessSteps;
        Total++;
        Max = Math.Max(Max, stalenessSteps);
    }
}
