using System.Diagnostics.CodeAnalysis;

namespace Akka.Actor;

/// <summary>The timers of one actor instance.</summary>
internal sealed class TimerScheduler(ActorCell cell) : ITimerScheduler
{
    private readonly Dictionary<object, ActiveTimer> _timers = [];

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) => StartPeriodicTimer(key, msg, interval, interval);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval)
    {
        var message = Replace(key, msg);
        var task = cell.System.Scheduler.ScheduleTellRepeatedlyCancelable(initialDelay, interval, cell.Self, message, ActorRefs.NoSender);
        _timers[key] = new ActiveTimer(message, task, Repeats: true);
    }

    public void StartSingleTimer(object key, object msg, TimeSpan timeout)
    {
        var message = Replace(key, msg);
        var task = cell.System.Scheduler.ScheduleTellOnceCancelable(timeout, cell.Self, message, ActorRefs.NoSender);
        _timers[key] = new ActiveTimer(message, task, Repeats: false);
    }

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_timers.Remove(key, out var timer))
            timer.Task.Cancel();
    }

    public void CancelAll()
    {
        foreach (var timer in _timers.Values)
            timer.Task.Cancel();
        _timers.Clear();
    }

    /// <summary>Unwraps the message if its timer is still active; a single timer ends with it.</summary>
    internal bool TryAccept(TimerMessage timer, [NotNullWhen(true)] out object? message)
    {
        message = null;
        if (!_timers.TryGetValue(timer.Key, out var active) || active.Message != timer)
            return false;
        if (!active.Repeats)
            _timers.Remove(timer.Key);
        message = timer.Message;
        return true;
    }

    private TimerMessage Replace(object key, object message)
    {
        Cancel(key);
        return new TimerMessage(key, message);
    }

    private sealed record ActiveTimer(TimerMessage Message, ICancelable Task, bool Repeats);
}
