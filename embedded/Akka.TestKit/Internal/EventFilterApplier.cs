using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>Counts the log events that match while an action runs.</summary>
internal sealed class EventFilterApplier(TestKitBase testKit, ActorSystem system, IReadOnlyList<LogFilter> filters) : IEventFilterApplier
{
    public EventFilterFactory And => new(testKit, system, filters);

    public void ExpectOne(Action action, CancellationToken cancellationToken = default) => Expect(1, action, cancellationToken);

    public void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Expect(1, timeout, action, cancellationToken);

    public T ExpectOne<T>(Func<T> func, CancellationToken cancellationToken = default) => Expect(1, func, cancellationToken);

    public T ExpectOne<T>(TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) =>
        Run(func, 1, timeout, cancellationToken);

    public Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        ExpectAsync(1, actionAsync, cancellationToken);

    public Task ExpectOneAsync(TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default) =>
        ExpectAsync(1, timeout, action, cancellationToken);

    public Task<T> ExpectOneAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        ExpectAsync(1, func, cancellationToken);

    public void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default) =>
        Run(AsFunc(action), expectedCount, null, cancellationToken);

    public void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Run(AsFunc(action), expectedCount, timeout, cancellationToken);

    public T Expect<T>(int expectedCount, Func<T> func, CancellationToken cancellationToken = default) =>
        Run(func, expectedCount, null, cancellationToken);

    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        CountAsync(true, AsFunc(actionAsync), expectedCount, null, cancellationToken);

    public Task ExpectAsync(int expectedCount, TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default) =>
        CountAsync(true, AsFunc(action), expectedCount, timeout, cancellationToken);

    public Task<T> ExpectAsync<T>(int expectedCount, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        CountAsync(true, func, expectedCount, null, cancellationToken);

    public void Mute(Action action, CancellationToken cancellationToken = default) => Run(AsFunc(action), null, null, cancellationToken);

    public T Mute<T>(Func<T> func, CancellationToken cancellationToken = default) => Run(func, null, null, cancellationToken);

    public Task MuteAsync(Func<Task> action, CancellationToken cancellationToken = default) =>
        CountAsync(true, AsFunc(action), null, null, cancellationToken);

    public Task<T> MuteAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        CountAsync(true, func, null, null, cancellationToken);

    public IUnmutableFilter Mute() => new Muting(system, filters);

    private T Run<T>(Func<T> func, int? expected, TimeSpan? timeout, CancellationToken cancellationToken) =>
        CountAsync(false, () => Task.FromResult(func()), expected, timeout, cancellationToken).GetAwaiter().GetResult();

    /// <param name="async">Whether the waits may leave the thread; if not, the task that is returned has ended.</param>
    /// <param name="action">What causes the events.</param>
    /// <param name="expected">The number of events; any if null.</param>
    /// <param name="timeout">The longest wait for them after the action; that of the settings if null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    private async Task<T> CountAsync<T>(
        bool async, Func<Task<T>> action, int? expected, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var matched = 0;
        using var signal = new SemaphoreSlim(0);
        void OnMatched()
        {
            Interlocked.Increment(ref matched);
            signal.Release();
        }

        foreach (var filter in filters)
            filter.Matched += OnMatched;

        using var muting = new Muting(system, filters);
        try
        {
            var result = await action();
            var stop = TestKitBase.Now + testKit.Dilated(timeout ?? testKit.TestKitSettings.TestEventFilterLeeway);

            // For none, too, the time has to pass before it can be said that none came.
            var awaited = expected is 0 ? 1 : expected ?? 0;
            for (var came = true; came && awaited > 0; awaited--)
            {
                var left = TimeSpan.FromTicks(Math.Max(0, (stop - TestKitBase.Now).Ticks));
                came = async ? await signal.WaitAsync(left, cancellationToken) : signal.Wait(left, cancellationToken);
            }

            if (expected is { } count && Volatile.Read(ref matched) != count)
            {
                testKit.FailTest($"Expected {count} log events, received {Volatile.Read(ref matched)}");
            }

            return result;
        }
        finally
        {
            foreach (var filter in filters)
                filter.Matched -= OnMatched;
        }
    }

    private static Func<object?> AsFunc(Action action) => () =>
    {
        action();
        return null;
    };

    private static Func<Task<object?>> AsFunc(Func<Task> action) => async () =>
    {
        await action();
        return null;
    };

    private sealed class Muting : IUnmutableFilter
    {
        private readonly ActorSystem _system;
        private readonly IReadOnlyList<LogFilter> _filters;

        internal Muting(ActorSystem system, IReadOnlyList<LogFilter> filters)
        {
            _system = system;
            _filters = filters;
            system.EventStream.Publish(new MuteEvents(filters));
        }

        public void Unmute() => _system.EventStream.Publish(new UnmuteEvents(_filters));

        public void Dispose() => Unmute();
    }
}
