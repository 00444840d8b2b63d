namespace ActorSparse.Model.Coordination;

/// <summary>
/// The lives of one actor that is started anew when it dies: each has its own budget, and only its own results make it healthy again.
/// </summary>
/// <param name="budget">How often in a row, and after which delays.</param>
/// <param name="healthyAfterResults">Results in one life after which deaths before it no longer count.</param>
internal sealed class Lives(RestartBudget budget, int healthyAfterResults)
{
    private int _results;

    /// <summary>Number of the present or next life, counted from 1.</summary>
    public long Incarnation { get; private set; } = 1;

    /// <summary>Deaths in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>Whether there will be no other life.</summary>
    public bool IsGivenUp { get; private set; }

    /// <summary>It did what it is there for.</summary>
    public void Succeed()
    {
        if (++_results >= healthyAfterResults) Failures = 0;
    }

    /// <summary>It died: the delay before its next life, or null if it is given up.</summary>
    public TimeSpan? Die()
    {
        Incarnation++;
        Failures++;
        _results = 0;
        var delay = budget.DelayAfter(Failures);
        IsGivenUp = delay is null;
        return delay;
    }
}
