using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>
/// An actor that declares a handler per message type, in its constructor and in the method given to Become. Handlers are tried in
/// the order of their declaration; the first whose type and predicate match gets the message.
/// </summary>
public abstract class ReceiveActor : UntypedActor
{
    private ReceiveHandlers? _declaring = new();
    private Receive? _declaredByConstructor;

    internal override void FinishConstruction()
    {
        _declaredByConstructor = _declaring!.Handle;
        _declaring = null;
    }

    internal override Receive FirstBehavior => _declaredByConstructor!;

    protected sealed override void OnReceive(object message)
    {
        if (!_declaredByConstructor!(message))
            Unhandled(message);
    }

    /// <summary>Replaces the behaviour by the handlers that <paramref name="configure"/> declares.</summary>
    protected void Become(Action configure) => base.Become(Declare(configure));

    protected void BecomeStacked(Action configure) => base.BecomeStacked(Declare(configure));

    /// <param name="handler">Called with messages of type <typeparamref name="T"/>.</param>
    /// <param name="shouldHandle">Narrows which of them; null for all.</param>
    /// <exception cref="InvalidOperationException">Called outside constructor and Become, or after a handler of every message.</exception>
    protected void Receive<T>(Action<T> handler, Predicate<T>? shouldHandle = null) =>
        Add<T>(shouldHandle is null ? message => Handled(handler, message) : message => shouldHandle(message) && Handled(handler, message),
            catchesAll: shouldHandle is null);

    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Receive(handler, shouldHandle);

    /// <param name="handler">Says whether it took the message; if not, the next handler is tried.</param>
    protected void Receive<T>(Func<T, bool> handler) => Add(handler, catchesAll: false);

    protected void Receive(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) =>
        Add<object>(
            message =>
                messageType.IsInstanceOfType(message) && (shouldHandle is null || shouldHandle(message)) && Handled(handler, message),
            catchesAll: messageType == typeof(object) && shouldHandle is null);

    protected void Receive(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Receive(messageType, handler, shouldHandle);

    protected void Receive(Type messageType, Func<object, bool> handler) =>
        Add<object>(message => messageType.IsInstanceOfType(message) && handler(message), catchesAll: false);

    /// <summary>Handles whatever no handler before it took.</summary>
    protected void ReceiveAny(Action<object> handler) => Receive(handler);

    /// <summary>Handles asynchronously: no other message is processed until the task has ended, failures go to the supervisor.</summary>
    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) =>
        Receive(message => RunTask(() => handler(message)), shouldHandle);

    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => ReceiveAsync(handler, shouldHandle);

    protected void ReceiveAsync(Type messageType, Func<object, Task> handler, Predicate<object>? shouldHandle = null) =>
        Receive(messageType, message => RunTask(() => handler(message)), shouldHandle);

    protected void ReceiveAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) =>
        ReceiveAsync(messageType, handler, shouldHandle);

    protected void ReceiveAnyAsync(Func<object, Task> handler) => ReceiveAsync(handler);

    private static bool Handled<T>(Action<T> handler, T message)
    {
        handler(message);
        return true;
    }

    private void Add<T>(Func<T, bool> handler, bool catchesAll)
    {
        if (_declaring is null)
            throw new InvalidOperationException("You may only call Receive-methods when constructing the actor and inside Become().");
        _declaring.Add(handler, catchesAll && typeof(T) == typeof(object));
    }

    private Receive Declare(Action configure)
    {
        var outer = _declaring;
        _declaring = new ReceiveHandlers();
        try
        {
            configure();
            return _declaring.Handle;
        }
        finally
        {
            _declaring = outer;
        }
    }
}
