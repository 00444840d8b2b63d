namespace Akka.TestKit;

// Time limits: of a block, and what is left of them for the next expectation.
public abstract partial class TestKitBase
{
    /// <summary>What is left of the enclosing Within, or else <c>akka.test.single-expect-default</c>.</summary>
    public TimeSpan RemainingOrDefault => RemainingOr(Dilated(TestKitSettings.SingleExpectDefault));

    /// <summary>What is left of the enclosing Within.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public TimeSpan Remaining =>
        _end is { } end ? AtLeastZero(end - Now) : throw new InvalidOperationException("Remaining may not be called outside of Within");

    protected TimeSpan RemainingOr(TimeSpan duration) => _end is { } end ? AtLeastZero(end - Now) : duration;

    /// <summary>The given time, dilated, or what is left of the enclosing Within, or the default.</summary>
    public TimeSpan RemainingOrDilated(TimeSpan? duration) => duration switch
    {
        null => RemainingOrDefault,
        { } given when given != Timeout.InfiniteTimeSpan => Dilated(given),
        _ => throw new ArgumentException("max duration cannot be infinite", nameof(duration)),
    };

    /// <summary>Runs an action that must take no longer than <paramref name="max"/>; expectations in it get what is left of that.</summary>
    public void Within(TimeSpan max, Action action, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, action, null, epsilonValue, cancellationToken);

    /// <summary>Runs an action that must take between <paramref name="min"/> and <paramref name="max"/>.</summary>
    public void Within(
        TimeSpan min,
        TimeSpan max,
        Action action,
        string? hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        Within<object?>(min, max, () => { action(); return null; }, hint, epsilonValue, cancellationToken);

    public T Within<T>(TimeSpan max, Func<T> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    public T Within<T>(
        TimeSpan min,
        TimeSpan max,
        Func<T> function,
        string? hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        Completed(WithinCore(min, max, () => Task.FromResult(function()), hint, epsilonValue, cancellationToken));

    public Task WithinAsync(
        TimeSpan max, Func<Task> actionAsync, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, actionAsync, null, epsilonValue, cancellationToken);

    public Task WithinAsync(
        TimeSpan min,
        TimeSpan max,
        Func<Task> actionAsync,
        string? hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        WithinAsync<object?>(min, max, async () => { await actionAsync(); return null; }, hint, epsilonValue, cancellationToken);

    public Task<T> WithinAsync<T>(
        TimeSpan max, Func<Task<T>> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    public Task<T> WithinAsync<T>(
        TimeSpan min,
        TimeSpan max,
        Func<Task<T>> function,
        string? hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        WithinCore(min, max, function, hint, epsilonValue, cancellationToken).AsTask();

    private async ValueTask<T> WithinCore<T>(
        TimeSpan min, TimeSpan max, Func<Task<T>> function, string? hint, TimeSpan? epsilon, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var start = Now;
        var limit = Dilated(max);
        var left = RemainingOr(limit);
        _assertions.AssertTrue(left >= min, "{0}", $"Required min time {min} not possible, only {left} left. {hint}");

        _lastWasNoMessage = false;
        var outerEnd = _end;
        _end = start + (limit < left ? limit : left);
        T result;
        try
        {
            result = await function();
        }
        finally
        {
            _end = outerEnd;
        }

        var elapsed = Now - start;
        _assertions.AssertTrue(elapsed >= min, "{0}", $"Failed: Block took {elapsed}, should have at least been {min}. {hint}");

        // An ExpectNoMsg at the end lasts until the limit, so that its block can only just miss it.
        if (!_lastWasNoMessage)
        {
            _assertions.AssertTrue(
                elapsed <= limit + (epsilon ?? TimeSpan.Zero), "{0}", $"Failed: Block took {elapsed}, exceeding {limit}. {hint}");
        }

        return result;
    }

    private static TimeSpan AtLeastZero(TimeSpan duration) => duration < TimeSpan.Zero ? TimeSpan.Zero : duration;

    /// <summary>The result of a task that was told not to leave the thread.</summary>
    private static T Completed<T>(ValueTask<T> task) => task.AsTask().GetAwaiter().GetResult();
}
