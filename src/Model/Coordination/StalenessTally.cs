namespace ActorSparse.Model.Coordination;

/// <summary>
/// How stale the gradients were that were applied: updates between the parameters they were computed from and their own.
/// </summary>
internal sealed class StalenessTally
{
    private long _sum;
    private long _count;

    /// <summary>Largest staleness, in updates.</summary>
    public long Max { get; private set; }

    /// <summary>Mean staleness in updates; 0 while empty.</summary>
    public double Mean => _count == 0 ? 0 : _sum / (double)_count;

    /// <summary>Is empty again.</summary>
    public void Clear() => (_sum, _count, Max) = (0, 0, 0);

    /// <summary>Counts one gradient.</summary>
    public void Add(long stalenessSteps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stalenessSteps);
        _sum += stalenessSteps;
        _count++;
        Max = Math.Max(Max, stalenessSteps);
    }
}
