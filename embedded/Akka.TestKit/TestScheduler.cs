using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>
/// A scheduler whose time stands still until the test advances it. Chosen by <c>akka.scheduler.implementation =
/// "Akka.TestKit.TestScheduler, Akka.TestKit"</c>; then <c>(TestScheduler)Sys.Scheduler</c>.
/// </summary>
public class TestScheduler(Config schedulerConfig, ILoggingAdapter log) : SchedulerBase(schedulerConfig, log)
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<Work, (DateTimeOffset Due, long Number)> _scheduled = new();
    private readonly DateTimeOffset _start = DateTimeOffset.UtcNow;
    private DateTimeOffset? _now;
    private long _numbers;

    /// <summary>Real time: only <see cref="SchedulerBase.Now"/> is the test's.</summary>
    public override TimeSpan MonotonicClock => TimeSpan.FromMilliseconds(Environment.TickCount64);

    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    protected override DateTimeOffset TimeNow => _now ?? _start;

    /// <summary>Moves time on and runs what falls due, in the order of its time.</summary>
    public void Advance(TimeSpan offset) => AdvanceTo(TimeNow + offset);

    /// <exception cref="InvalidOperationException">The time has passed already.</exception>
    public void AdvanceTo(DateTimeOffset when)
    {
        if (when < TimeNow)
        {
            throw new InvalidOperationException($"Cannot go back in time from {TimeNow:O} to {when:O}");
        }

        while (TakeDue(when) is { } work)
            work();

        lock (_lock)
        {
            _now = when;
        }
    }

    internal override void Add(TimeSpan delay, TimeSpan? interval, Action action, ICancelable? cancelable)
    {
        lock (_lock)
        {
            _scheduled.Enqueue(new Work(action, interval, cancelable), (TimeNow + delay, _numbers++));
        }
    }

    private Action? TakeDue(DateTimeOffset until)
    {
        lock (_lock)
        {
            while (_scheduled.TryPeek(out var work, out var key) && key.Due <= until)
            {
                _scheduled.Dequeue();
                if (work.Cancelable?.IsCancellationRequested == true)
                    continue;

                _now = key.Due;
                if (work.Interval is { } interval)
                    _scheduled.Enqueue(work, (key.Due + interval, _numbers++));

                return work.Action;
            }

            return null;
        }
    }

    private sealed record Work(Action Action, TimeSpan? Interval, ICancelable? Cancelable);
}
