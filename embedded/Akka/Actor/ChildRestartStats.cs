namespace Akka.Actor;

/// <summary>How often a child was restarted, in total or within the window of its supervisor's strategy.</summary>
public class ChildRestartStats(IInternalActorRef child)
{
    private TimeSpan? _windowStart;

    public IInternalActorRef Child { get; } = child;

    public long Uid => Child.Path.Uid;

    public int MaxNrOfRetriesCount { get; private set; }

    /// <summary>Counts a restart. A negative limit means none; a window of zero or less never ends.</summary>
    /// <returns>Whether the child may be restarted once more.</returns>
    public bool RequestRestartPermission(int maxNrOfRetries, int withinTimeMilliseconds)
    {
        if (maxNrOfRetries == 0)
            return false;
        if (withinTimeMilliseconds > 0)
            return RestartWithinWindow(maxNrOfRetries < 0 ? 1 : maxNrOfRetries, withinTimeMilliseconds);
        MaxNrOfRetriesCount++;
        return maxNrOfRetries < 0 || MaxNrOfRetriesCount <= maxNrOfRetries;
    }

    private bool RestartWithinWindow(int maxNrOfRetries, int withinTimeMilliseconds)
    {
        var now = Child.Provider.System.Scheduler.MonotonicClock;
        _windowStart ??= now;
        if ((now - _windowStart.Value).TotalMilliseconds <= withinTimeMilliseconds)
            return ++MaxNrOfRetriesCount <= maxNrOfRetries;
        MaxNrOfRetriesCount = 1;
        _windowStart = now;
        return true;
    }
}
