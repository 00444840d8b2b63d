using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// Timers on a hashed wheel (Varghese and Lauck, SOSP 1987), turned by one thread of its own so that busy actors cannot delay it. Work
/// runs at the first tick after its delay has passed, never early; <c>akka.scheduler.tick-duration</c> is the resolution. Adding and
/// cancelling take constant time. Actions run on that thread and must be short.
/// </summary>
public class HashedWheelTimerScheduler : SchedulerBase, IDisposable
{
    private readonly ConcurrentQueue<Entry> _added = new();
    private readonly ManualResetEventSlim _wake = new(false);
    private readonly LinkedList<Entry>[] _wheel;
    private readonly long _tickDuration;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly TimeSpan _shutdownTimeout;
    private readonly Thread _thread;
    private volatile bool _stopped;
    private long _tick;
    private int _pending;

    /// <exception cref="ConfigurationException">A setting is missing or out of range.</exception>
    public HashedWheelTimerScheduler(Config scheduler, ILoggingAdapter log)
        : base(scheduler, log)
    {
        var ticksPerWheel = scheduler.GetInt("ticks-per-wheel", 512);
        var tickDuration = scheduler.GetTimeSpan("tick-duration", TimeSpan.FromMilliseconds(10));
        if (ticksPerWheel < 1)
            throw new ConfigurationException($"akka.scheduler.ticks-per-wheel is {ticksPerWheel}; expected 1 or more");
        if (tickDuration <= TimeSpan.Zero)
            throw new ConfigurationException($"akka.scheduler.tick-duration is {tickDuration}; expected more than 0");
        _shutdownTimeout = scheduler.GetTimeSpan("shutdown-timeout", TimeSpan.FromSeconds(5));
        _tickDuration = (long)(tickDuration.TotalSeconds * Stopwatch.Frequency);
        _wheel = new LinkedList<Entry>[ticksPerWheel];
        for (var i = 0; i < _wheel.Length; i++)
            _wheel[i] = new LinkedList<Entry>();
        _thread = new Thread(Turn) { IsBackground = true, Name = "akka-scheduler", Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    public override TimeSpan MonotonicClock => Stopwatch.GetElapsedTime(_start);

    public override TimeSpan HighResMonotonicClock => Stopwatch.GetElapsedTime(_start);

    protected override DateTimeOffset TimeNow => DateTimeOffset.Now;

    /// <summary>Stops the thread; what has not run by now never will.</summary>
    public void Dispose()
    {
        _stopped = true;
        _wake.Set();
        if (Thread.CurrentThread != _thread)
            _thread.Join(_shutdownTimeout);
        GC.SuppressFinalize(this);
    }

    internal override void Add(TimeSpan delay, TimeSpan? interval, Action action, ICancelable? cancelable)
    {
        if (_stopped || cancelable is { IsCancellationRequested: true })
            return;
        var (due, repeats) = (Stopwatch.GetTimestamp() - _start + ToTimestamp(delay), ToTimestamp(interval ?? TimeSpan.Zero));
        var entry = new Entry(due, repeats, action, cancelable);
        if (delay == TimeSpan.Zero && interval is null)
        {
            Run(entry);
            return;
        }

        _added.Enqueue(entry);
        if (Interlocked.Increment(ref _pending) == 1)
            _wake.Set();
    }

    private void Turn()
    {
        while (!_stopped)
        {
            if (Volatile.Read(ref _pending) == 0)
                Sleep();
            else
                SleepUntil((_tick + 1) * _tickDuration);
            var now = Stopwatch.GetTimestamp() - _start;
            while (!_stopped && (_tick + 1) * _tickDuration <= now)
            {
                _tick++;
                TakeAdded();
                Fire(_wheel[_tick % _wheel.Length]);
            }
        }
    }

    // Without anything to wait for the wheel stands still, and catches up in one step on waking.
    private void Sleep()
    {
        _wake.Reset();
        if (Volatile.Read(ref _pending) == 0 && !_stopped)
            _wake.Wait();
        _tick = Math.Max(_tick, ((Stopwatch.GetTimestamp() - _start) / _tickDuration) - 1);
    }

    private void SleepUntil(long due)
    {
        var left = due - (Stopwatch.GetTimestamp() - _start);
        if (left > 0)
            Thread.Sleep((int)Math.Ceiling(1000.0 * left / Stopwatch.Frequency));
    }

    private void TakeAdded()
    {
        while (_added.TryDequeue(out var entry))
            Place(entry);
    }

    // The tick that ends at or after the due time; what is overdue goes to the tick being processed.
    private void Place(Entry entry)
    {
        entry.Tick = Math.Max((entry.Due + _tickDuration - 1) / _tickDuration, _tick);
        _wheel[entry.Tick % _wheel.Length].AddLast(entry);
    }

    private void Fire(LinkedList<Entry> bucket)
    {
        for (var node = bucket.First; node is not null;)
        {
            var (current, entry) = (node, node.Value);
            node = node.Next;
            if (entry.Cancelable is not { IsCancellationRequested: true })
            {
                if (entry.Tick > _tick)
                    continue;
                bucket.Remove(current);
                if (Run(entry) && entry.Interval > 0)
                {
                    entry.Due = Math.Max(entry.Due + entry.Interval, (_tick + 1) * _tickDuration);
                    Place(entry);
                    continue;
                }
            }
            else
            {
                bucket.Remove(current);
            }

            Interlocked.Decrement(ref _pending);
        }
    }

    private bool Run(Entry entry)
    {
        try
        {
            entry.Action();
            return true;
        }
        catch (Exception failure)
        {
            Log.Error(failure, "A scheduled action failed; it will not run again");
            return false;
        }
    }

    private static long ToTimestamp(TimeSpan span) => (long)(span.TotalSeconds * Stopwatch.Frequency);

    private sealed class Entry(long due, long interval, Action action, ICancelable? cancelable)
    {
        public long Due { get; set; } = due;

        public long Interval { get; } = interval;

        public Action Action { get; } = action;

        public ICancelable? Cancelable { get; } = cancelable;

        public long Tick { get; set; }
    }
}
