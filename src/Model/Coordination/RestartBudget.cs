namespace ActorSparse.Model.Coordination;

/// <summary>How often an actor may be started anew and how long to wait before: the delay doubles with every failure in a row.</summary>
/// <param name="RestartsMax">Failures in a row after which the actor is given up.</param>
/// <param name="BackoffMin">Delay before the first restart.</param>
/// <param name="BackoffMax">Longest delay.</param>
internal sealed record RestartBudget(int RestartsMax, TimeSpan BackoffMin, TimeSpan BackoffMax)
{
    /// <summary>Delay before restart number <paramref name="failures"/>, counted from 1; null when the actor is given up.</summary>
    public TimeSpan? DelayAfter(int failures)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(failures);
        if (failures > RestartsMax) return null;
        var factor = Math.Pow(2, Math.Min(failures - 1, 30));
        return TimeSpan.FromTicks((long)Math.Min(BackoffMin.Ticks * factor, BackoffMax.Ticks));
    }
}
