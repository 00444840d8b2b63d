using Akka.Actor;

namespace Akka.TestKit;

// Expectations of the next message. Each has an asynchronous twin that leaves the thread while it waits.
public abstract partial class TestKitBase
{
    /// <summary>Receives a message of a type; any other, or none in time, fails the test.</summary>
    /// <param name="duration">The longest wait; that of the enclosing Within or the default if null.</param>
    /// <param name="hint">Added to the failure.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public T ExpectMsg<T>(TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Completed(ExpectCore<T>(false, null, duration, hint, cancellationToken));

    public ValueTask<T> ExpectMsgAsync<T>(TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectCore<T>(true, null, duration, hint, cancellationToken);

    /// <summary>Receives a message that equals the given one.</summary>
    public T ExpectMsg<T>(T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Completed(ExpectCore(false, Equal(message), timeout, hint, cancellationToken));

    public ValueTask<T> ExpectMsgAsync<T>(
        T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectCore(true, Equal(message), timeout, hint, cancellationToken);

    /// <summary>Receives a message for which a predicate holds.</summary>
    public T ExpectMsg<T>(
        Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Completed(ExpectCore(false, Holds(isMessage, hint), timeout, hint, cancellationToken));

    public ValueTask<T> ExpectMsgAsync<T>(
        Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectCore(true, Holds(isMessage, hint), timeout, hint, cancellationToken);

    /// <summary>Receives a message and runs assertions on it.</summary>
    public T ExpectMsg<T>(Action<T> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Completed(ExpectCore<T>(false, (message, _) => assert(message), timeout, hint, cancellationToken));

    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectCore<T>(true, (message, _) => assert(message), timeout, hint, cancellationToken);

    /// <summary>Receives a message for which a predicate of it and its sender holds.</summary>
    public T ExpectMsg<T>(
        Func<T, IActorRef, bool> isMessageAndSender,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Completed(ExpectCore(false, Holds(isMessageAndSender, hint), timeout, hint, cancellationToken));

    public ValueTask<T> ExpectMsgAsync<T>(
        Func<T, IActorRef, bool> isMessageAndSender,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectCore(true, Holds(isMessageAndSender, hint), timeout, hint, cancellationToken);

    /// <summary>Receives a message and runs assertions on it and its sender.</summary>
    public T ExpectMsg<T>(
        Action<T, IActorRef> assertMessageAndSender,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Completed(ExpectCore(false, assertMessageAndSender, timeout, hint, cancellationToken));

    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T, IActorRef> assertMessageAndSender,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectCore(true, assertMessageAndSender, timeout, hint, cancellationToken);

    /// <summary>Receives a message that equals the given one by a comparison of the test's.</summary>
    public T ExpectMsg<T>(
        T expected,
        Func<T, T, bool> comparer,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Completed(ExpectCore(false, Equal(expected, comparer), timeout, hint, cancellationToken));

    public ValueTask<T> ExpectMsgAsync<T>(
        T expected,
        Func<T, T, bool> comparer,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectCore(true, Equal(expected, comparer), timeout, hint, cancellationToken);

    /// <summary>Receives a message of a type from one sender.</summary>
    public T ExpectMsgFrom<T>(
        IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Completed(ExpectCore<T>(false, From<T>(sender, null), duration, hint, cancellationToken));

    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectCore<T>(true, From<T>(sender, null), duration, hint, cancellationToken);

    public T ExpectMsgFrom<T>(
        IActorRef sender, T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Completed(ExpectCore(false, From(sender, Equal(message)), timeout, hint, cancellationToken));

    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectCore(true, From(sender, Equal(message)), timeout, hint, cancellationToken);

    public T ExpectMsgFrom<T>(
        IActorRef sender,
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Completed(ExpectCore(false, From(sender, Holds(isMessage, hint)), timeout, hint, cancellationToken));

    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender,
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectCore(true, From(sender, Holds(isMessage, hint)), timeout, hint, cancellationToken);

    public T ExpectMsgFrom<T>(
        IActorRef sender,
        Action<T> assertMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Completed(ExpectCore(false, From<T>(sender, (message, _) => assertMessage(message)), timeout, hint, cancellationToken));

    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender,
        Action<T> assertMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectCore(true, From<T>(sender, (message, _) => assertMessage(message)), timeout, hint, cancellationToken);

    /// <summary>Receives the <see cref="Terminated"/> of an actor that <see cref="Watch"/> was called for.</summary>
    public Terminated ExpectTerminated(
        IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsg(IsTerminated(target), timeout, hint ?? $"Terminated {target}.", cancellationToken);

    public ValueTask<Terminated> ExpectTerminatedAsync(
        IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsgAsync(IsTerminated(target), timeout, hint ?? $"Terminated {target}.", cancellationToken);

    /// <summary>Fails the test if a message comes in what is left of the enclosing Within or in the default time.</summary>
    public void ExpectNoMsg(CancellationToken cancellationToken = default) =>
        Completed(ExpectNoMsgCore(false, RemainingOrDefault, cancellationToken));

    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default) =>
        Completed(ExpectNoMsgCore(false, Dilated(duration), cancellationToken));

    public void ExpectNoMsg(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNoMsg(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    public async ValueTask ExpectNoMsgAsync(CancellationToken cancellationToken = default) =>
        await ExpectNoMsgCore(true, RemainingOrDefault, cancellationToken);

    public async ValueTask ExpectNoMsgAsync(TimeSpan duration, CancellationToken cancellationToken = default) =>
        await ExpectNoMsgCore(true, Dilated(duration), cancellationToken);

    public ValueTask ExpectNoMsgAsync(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNoMsgAsync(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    private static Predicate<Terminated> IsTerminated(IActorRef target) => terminated => target.Equals(terminated.ActorRef);

    private Action<T, IActorRef> Equal<T>(T expected) => (message, _) => _assertions.AssertEqual(expected, message);

    private Action<T, IActorRef> Equal<T>(T expected, Func<T, T, bool> comparer) =>
        (message, _) => _assertions.AssertEqual(expected, message, comparer);

    private Action<T, IActorRef> Holds<T>(Predicate<T> isMessage, string? hint) => Holds<T>((message, _) => isMessage(message), hint);

    private Action<T, IActorRef> Holds<T>(Func<T, IActorRef, bool> isMessage, string? hint) => (message, sender) =>
    {
        if (!isMessage(message, sender))
        {
            FailTest($"Got a message of the expected type <{typeof(T)}> from {sender}, but the predicate does not hold: {message}. {hint}");
        }
    };

    private Action<T, IActorRef> From<T>(IActorRef expectedSender, Action<T, IActorRef>? check) => (message, sender) =>
    {
        if (!expectedSender.Equals(sender))
        {
            FailTest($"Sender does not match. Got a message from {sender}, but expected {expectedSender}: {message}");
        }

        check?.Invoke(message, sender);
    };

    private async ValueTask<T> ExpectCore<T>(
        bool async, Action<T, IActorRef>? check, TimeSpan? timeout, string? hint, CancellationToken cancellationToken)
    {
        var limit = RemainingOrDilated(timeout);
        var envelope = await TakeAsync(async, limit, cancellationToken);
        if (envelope is null)
        {
            FailTest($"Failed: Timeout {limit} while waiting for a message of type {typeof(T)}. {hint}");
        }

        if (envelope!.Message is not T message)
        {
            FailTest($"Failed: Expected a message of type {typeof(T)}, but received {{{envelope.Message}}} "
                + $"(type {envelope.Message.GetType()}) instead from {envelope.Sender}. {hint}");
            throw new InvalidOperationException("the assertions of this test kit do not throw");
        }

        check?.Invoke(message, envelope.Sender);
        return message;
    }

    private async ValueTask<bool> ExpectNoMsgCore(bool async, TimeSpan duration, CancellationToken cancellationToken)
    {
        if (await TakeAsync(async, duration, cancellationToken) is { } envelope)
        {
            FailTest($"Failed: Expected no messages during {duration}, instead we received {envelope}");
        }

        _lastWasNoMessage = true;
        return true;
    }
}
