using System.Diagnostics.CodeAnalysis;

namespace Akka.TestKit;

// Receiving one or many messages without or with expectations of them.
public abstract partial class TestKitBase
{
    /// <summary>Receives the next message.</summary>
    /// <param name="max">The longest wait; that of the enclosing Within or the default if null, without limit if infinite.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message, or null where none came in time.</returns>
    public object? ReceiveOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Completed(TakeAsync(false, LimitOf(max), cancellationToken))?.Message;

    public async ValueTask<object?> ReceiveOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        (await TakeAsync(true, LimitOf(max), cancellationToken))?.Message;

    /// <inheritdoc cref="ReceiveOne"/>
    /// <returns>Whether a message came in time.</returns>
    public bool TryReceiveOne(
        [NotNullWhen(true)] out MessageEnvelope? envelope, TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        envelope = Completed(TakeAsync(false, LimitOf(max), cancellationToken));
        return envelope is not null;
    }

    /// <summary>Looks at the next message and leaves it in the queue.</summary>
    public object? PeekOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Completed(_queue.ReceiveAsync(false, LimitOf(max), remove: false, cancellationToken))?.Message;

    public async ValueTask<object?> PeekOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        (await _queue.ReceiveAsync(true, LimitOf(max), remove: false, cancellationToken))?.Message;

    /// <summary>Receives messages and drops them until one satisfies the predicate; none in time fails the test.</summary>
    public object FishForMessage(
        Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessage<object>(isMessage, max, hint, cancellationToken);

    public T FishForMessage<T>(
        Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        Completed(FishCore(false, isMessage, max, hint, cancellationToken));

    public ValueTask<object> FishForMessageAsync(
        Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessageAsync<object>(isMessage, max, hint, cancellationToken);

    public ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishCore(true, isMessage, max, hint, cancellationToken);

    /// <summary>Receives a number of messages; fewer in time fail the test.</summary>
    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, CancellationToken cancellationToken = default) =>
        Completed(ReceiveNCore(false, numberOfMessages, RemainingOrDefault, cancellationToken));

    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        Completed(ReceiveNCore(false, numberOfMessages, Dilated(max), cancellationToken));

    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, CancellationToken cancellationToken = default) =>
        Enumerate(ReceiveNCore(true, numberOfMessages, RemainingOrDefault, cancellationToken));

    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        Enumerate(ReceiveNCore(true, numberOfMessages, Dilated(max), cancellationToken));

    /// <summary>Receives messages while the filter gives something other than null; the first that it refuses stays in the queue.</summary>
    /// <param name="filter">Turns a message into a result, or null to end.</param>
    /// <param name="max">The longest time for all of it.</param>
    /// <param name="idle">The longest wait for one message.</param>
    /// <param name="msgs">The most messages to receive.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public IReadOnlyList<T> ReceiveWhile<T>(
        Func<object, T?> filter,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        CancellationToken cancellationToken = default)
        where T : class =>
        Completed(ReceiveWhileCore(false, filter, max, idle, msgs, cancellationToken));

    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max, Func<object, T?> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default)
        where T : class =>
        ReceiveWhile(filter, max, null, msgs, cancellationToken);

    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        Func<object, T?> filter,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        CancellationToken cancellationToken = default)
        where T : class =>
        Enumerate(ReceiveWhileCore(true, filter, max, idle, msgs, cancellationToken));

    /// <summary>Receives one message that equals one of the given.</summary>
    public T ExpectMsgAnyOf<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        Completed(ExpectCore(false, AnyOf(messages), null, null, cancellationToken));

    public ValueTask<T> ExpectMsgAnyOfAsync<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        ExpectCore(true, AnyOf(messages), null, null, cancellationToken);

    /// <summary>Receives as many messages as are given, in any order, and compares them with those.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(params T[] messages) => ExpectMsgAllOf((IReadOnlyCollection<T>)messages);

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        Completed(ExpectAllOfCore(false, RemainingOrDefault, messages, cancellationToken));

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(TimeSpan max, params T[] messages) =>
        ExpectMsgAllOf(max, (IReadOnlyCollection<T>)messages);

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        Completed(ExpectAllOfCore(false, Dilated(max), messages, cancellationToken));

    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        Enumerate(ExpectAllOfCore(true, RemainingOrDefault, messages, cancellationToken));

    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        Enumerate(ExpectAllOfCore(true, Dilated(max), messages, cancellationToken));

    private TimeSpan LimitOf(TimeSpan? max) => max == Timeout.InfiniteTimeSpan ? Timeout.InfiniteTimeSpan : RemainingOrDilated(max);

    /// <summary>Takes the next message and remembers it as the last one.</summary>
    private async ValueTask<MessageEnvelope?> TakeAsync(bool async, TimeSpan limit, CancellationToken cancellationToken)
    {
        _lastWasNoMessage = false;
        var envelope = await _queue.ReceiveAsync(async, limit, remove: true, cancellationToken);
        _lastEnvelope = envelope ?? NullMessageEnvelope.Instance;
        return envelope;
    }

    private async ValueTask<T> FishCore<T>(
        bool async, Predicate<T> isMessage, TimeSpan? max, string hint, CancellationToken cancellationToken)
    {
        var limit = RemainingOrDilated(max);
        var stop = Now + limit;
        while (await TakeAsync(async, AtLeastZero(stop - Now), cancellationToken) is { } envelope)
        {
            if (envelope.Message is T message && isMessage(message))
                return message;
        }

        FailTest($"Timeout ({limit}) during FishForMessage, hint: {hint}");
        throw new InvalidOperationException("the assertions of this test kit do not throw");
    }

    private async ValueTask<IReadOnlyList<object>> ReceiveNCore(bool async, int count, TimeSpan limit, CancellationToken cancellationToken)
    {
        var stop = Now + limit;
        var messages = new List<object>(count);
        while (messages.Count < count)
        {
            if (await TakeAsync(async, AtLeastZero(stop - Now), cancellationToken) is { } envelope)
                messages.Add(envelope.Message);
            else
            {
                FailTest($"Timeout ({limit}) while expecting {count} messages. Only got {messages.Count} after {limit}.");
            }
        }

        return messages;
    }

    private async ValueTask<IReadOnlyList<T>> ReceiveWhileCore<T>(
        bool async, Func<object, T?> filter, TimeSpan? max, TimeSpan? idle, int count, CancellationToken cancellationToken)
        where T : class
    {
        var stop = Now + RemainingOrDilated(max);
        var results = new List<T>();
        while (results.Count < count)
        {
            var left = AtLeastZero(stop - Now);
            var wait = idle is { } pause && pause < left ? pause : left;
            if (await _queue.ReceiveAsync(async, wait, remove: false, cancellationToken) is not { } next
                || filter(next.Message) is not { } result)
                break;

            await TakeAsync(async, TimeSpan.Zero, cancellationToken);
            results.Add(result);
        }

        // Waiting for more until the end of the time must not fail an enclosing Within.
        _lastWasNoMessage = true;
        return results;
    }

    private Action<T, Actor.IActorRef> AnyOf<T>(IEnumerable<T> messages)
    {
        var expected = messages.ToArray();
        return (message, _) =>
        {
            if (!expected.Contains(message))
            {
                FailTest($"Expected one of [{string.Join(", ", expected)}], found {message}");
            }
        };
    }

    private async ValueTask<IReadOnlyList<T>> ExpectAllOfCore<T>(
        bool async, TimeSpan limit, IReadOnlyCollection<T> expected, CancellationToken cancellationToken)
    {
        var received = await ReceiveNCore(async, expected.Count, limit, cancellationToken);
        var unexpected = new List<object>(received);
        var missing = expected.Where(message => !unexpected.Remove(message!)).ToList();
        if (missing.Count > 0 || unexpected.Count > 0)
        {
            FailTest($"not found [{string.Join(", ", missing)}], found unexpected [{string.Join(", ", unexpected)}]");
        }

        return [.. received.Cast<T>()];
    }

    private static async IAsyncEnumerable<T> Enumerate<T>(ValueTask<IReadOnlyList<T>> messages)
    {
        foreach (var message in await messages)
            yield return message;
    }
}
