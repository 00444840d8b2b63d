using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Checks arguments and leaves the timing to a subclass.</summary>
public abstract class SchedulerBase(Config scheduler, ILoggingAdapter log) : IScheduler, IAdvancedScheduler
{
    public IAdvancedScheduler Advanced => this;

    public DateTimeOffset Now => TimeNow;

    public abstract TimeSpan MonotonicClock { get; }

    public abstract TimeSpan HighResMonotonicClock { get; }

    protected abstract DateTimeOffset TimeNow { get; }

    protected Config SchedulerConfig { get; } = scheduler;

    protected ILoggingAdapter Log { get; } = log;

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender) =>
        ScheduleTellOnce(delay, receiver, message, sender, null);

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable? cancelable)
    {
        CheckDelay(delay, nameof(delay));
        Add(delay, null, () => receiver.Tell(message, sender), cancelable);
    }

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender) =>
        ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, null);

    public void ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable? cancelable)
    {
        CheckDelay(initialDelay, nameof(initialDelay));
        CheckInterval(interval);
        Add(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);
    }

    public void ScheduleOnce(TimeSpan delay, Action action) => ScheduleOnce(delay, action, null);

    public void ScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable)
    {
        CheckDelay(delay, nameof(delay));
        Add(delay, null, action, cancelable);
    }

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action) =>
        ScheduleRepeatedly(initialDelay, interval, action, null);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable)
    {
        CheckDelay(initialDelay, nameof(initialDelay));
        CheckInterval(interval);
        Add(initialDelay, interval, action, cancelable);
    }

    /// <summary>Runs an action after a delay and, if there is an interval, again and again, until it is cancelled.</summary>
    internal abstract void Add(TimeSpan delay, TimeSpan? interval, Action action, ICancelable? cancelable);

    private static void CheckDelay(TimeSpan delay, string name) => ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero, name);

    private static void CheckInterval(TimeSpan interval) =>
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero, nameof(interval));
}
