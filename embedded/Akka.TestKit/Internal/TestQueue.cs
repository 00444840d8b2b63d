using System.Collections.Concurrent;

namespace Akka.TestKit.Internal;

/// <summary>What a test actor has received and the test has not yet looked at.</summary>
internal sealed class TestQueue
{
    private readonly ConcurrentQueue<MessageEnvelope> _messages = new();
    private readonly SemaphoreSlim _available = new(0);

    internal bool IsEmpty => _messages.IsEmpty;

    internal void Enqueue(MessageEnvelope message)
    {
        _messages.Enqueue(message);
        _available.Release();
    }

    /// <summary>Takes or looks at the first message, waiting for one if need be.</summary>
    /// <param name="async">Whether the wait may leave the thread; if not, the task that is returned has ended.</param>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <param name="remove">Whether the message leaves the queue.</param>
    /// <param name="cancellationToken">Ends the wait with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The message, or null where none came in time.</returns>
    internal async ValueTask<MessageEnvelope?> ReceiveAsync(bool async, TimeSpan timeout, bool remove, CancellationToken cancellationToken)
    {
        var came = async ? await _available.WaitAsync(timeout, cancellationToken) : _available.Wait(timeout, cancellationToken);
        if (!came)
            return null;

        if (!remove)
        {
            _messages.TryPeek(out var first);
            _available.Release();
            return first;
        }

        _messages.TryDequeue(out var message);
        return message;
    }
}
