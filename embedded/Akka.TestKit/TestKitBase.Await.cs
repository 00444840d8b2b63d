namespace Akka.TestKit;

// Waiting until something holds.
public abstract partial class TestKitBase
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Repeats an assertion until it passes; at the end of the time its last failure is the test's.</summary>
    /// <param name="assertion">Throws while it does not hold.</param>
    /// <param name="duration">The longest time; that of the enclosing Within or the default if null.</param>
    /// <param name="interval">The pause between two attempts, 100 ms if null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void AwaitAssert(
        Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Completed(AwaitAssertCore(false, AsTask(assertion), duration, interval, cancellationToken));

    /// <inheritdoc cref="AwaitAssert"/>
    public Task AwaitAssertAsync(
        Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        AwaitAssertAsync(AsTask(assertion), duration, interval, cancellationToken);

    /// <inheritdoc cref="AwaitAssert"/>
    public Task AwaitAssertAsync(
        Func<Task> assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        AwaitAssertCore(true, assertion, duration, interval, cancellationToken).AsTask();

    public void AwaitCondition(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, null, null, null, cancellationToken);

    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, null, cancellationToken);

    public void AwaitCondition(
        Func<bool> conditionIsFulfilled, TimeSpan? max, string? message, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, message, cancellationToken);

    /// <summary>Repeats a condition until it holds, and fails the test if it does not in time.</summary>
    public void AwaitCondition(
        Func<bool> conditionIsFulfilled,
        TimeSpan? max,
        TimeSpan? interval,
        string? message = null,
        CancellationToken cancellationToken = default) =>
        Completed(AwaitConditionCore(false, AsTask(conditionIsFulfilled), max, interval, message, cancellationToken));

    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(AsTask(conditionIsFulfilled), null, null, null, cancellationToken);

    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, null, null, null, cancellationToken);

    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, null, null, cancellationToken);

    public Task AwaitConditionAsync(
        Func<bool> conditionIsFulfilled, TimeSpan? max, string? message, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(AsTask(conditionIsFulfilled), max, null, message, cancellationToken);

    public Task AwaitConditionAsync(
        Func<bool> conditionIsFulfilled,
        TimeSpan? max,
        TimeSpan? interval,
        string? message = null,
        CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(AsTask(conditionIsFulfilled), max, interval, message, cancellationToken);

    /// <inheritdoc cref="AwaitCondition(Func{bool}, TimeSpan?, TimeSpan?, string?, CancellationToken)"/>
    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled,
        TimeSpan? max,
        TimeSpan? interval,
        string? message = null,
        CancellationToken cancellationToken = default) =>
        AwaitConditionCore(true, conditionIsFulfilled, max, interval, message, cancellationToken).AsTask();

    /// <returns>Whether the condition held in time.</returns>
    public bool AwaitConditionNoThrow(
        Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Completed(HoldsInTime(false, AsTask(conditionIsFulfilled), Dilated(max), interval, cancellationToken));

    /// <inheritdoc cref="AwaitConditionNoThrow"/>
    public Task<bool> AwaitConditionNoThrowAsync(
        Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        HoldsInTime(true, AsTask(conditionIsFulfilled), Dilated(max), interval, cancellationToken).AsTask();

    private async ValueTask<bool> AwaitAssertCore(
        bool async, Func<Task> assertion, TimeSpan? duration, TimeSpan? interval, CancellationToken cancellationToken)
    {
        var stop = Now + RemainingOrDilated(duration);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await assertion();
                return true;
            }
            catch (Exception failure) when (failure is not OperationCanceledException && Now < stop)
            {
                await Pause(async, interval, stop, cancellationToken);
            }
        }
    }

    private async ValueTask<bool> AwaitConditionCore(
        bool async, Func<Task<bool>> condition, TimeSpan? max, TimeSpan? interval, string? message, CancellationToken cancellationToken)
    {
        var timeout = RemainingOrDilated(max);
        var holds = await HoldsInTime(async, condition, timeout, interval, cancellationToken);
        if (!holds)
        {
            FailTest($"Timeout {timeout} expired while waiting for condition. {message}");
        }

        return holds;
    }

    private static async ValueTask<bool> HoldsInTime(
        bool async, Func<Task<bool>> condition, TimeSpan timeout, TimeSpan? interval, CancellationToken cancellationToken)
    {
        var stop = Now + timeout;
        while (!await condition())
        {
            if (Now >= stop)
                return false;

            await Pause(async, interval, stop, cancellationToken);
        }

        return true;
    }

    private static async ValueTask Pause(bool async, TimeSpan? interval, TimeSpan stop, CancellationToken cancellationToken)
    {
        var left = AtLeastZero(stop - Now);
        var pause = interval ?? DefaultInterval;
        pause = pause < left ? pause : left;
        if (async)
            await Task.Delay(pause, cancellationToken);
        else
        {
            cancellationToken.WaitHandle.WaitOne(pause);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static Func<Task> AsTask(Action action) => () =>
    {
        action();
        return Task.CompletedTask;
    };

    private static Func<Task<bool>> AsTask(Func<bool> condition) => () => Task.FromResult(condition());
}
