namespace ActorSparse.Model.Recovery.Baseline;

/// <summary>
/// How many weights each round of pruning leaves: a tenth of them go, rounded half to even; once that is none, one of those that are left
/// then, and so on.
/// </summary>
internal sealed class ImpSchedule(long weights)
{
    private double _share = 1 - 0.9 * weights / weights;

    /// <summary>Weights left.</summary>
    public long Remaining { get; private set; } = weights;

    /// <summary>The next round; returns how many weights are left.</summary>
    public long Next()
    {
        var cut = (long)Math.Round(_share * Remaining, MidpointRounding.ToEven);
        if (cut == 0) _share = 1.0 / Remaining;
        return Remaining -= cut;
    }
}
