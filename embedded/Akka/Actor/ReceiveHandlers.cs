namespace Akka.Actor;

/// <summary>The handlers of one behaviour of a <see cref="ReceiveActor"/>, in the order of their declaration.</summary>
internal sealed class ReceiveHandlers
{
    private Func<object, bool>[] _handlers = [];
    private bool _complete;

    /// <exception cref="InvalidOperationException">A handler of every message is there already.</exception>
    public void Add<T>(Func<T, bool> handler, bool catchesAll)
    {
        if (_complete)
        {
            throw new InvalidOperationException(
                "A handler that catches all messages has been added. No handler can be added after that.");
        }

        _complete = catchesAll;
        _handlers = [.. _handlers, handler as Func<object, bool> ?? (message => message is T typed && handler(typed))];
    }

    public bool Handle(object message)
    {
        foreach (var handler in _handlers)
        {
            if (handler(message))
                return true;
        }

        return false;
    }
}
