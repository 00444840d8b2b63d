using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>
/// Unbounded queue of many producers and one consumer. Producers swap themselves in at the head with one atomic exchange (Vyukov's
/// algorithm); the consumer follows the links. Messages put back by the consumer, from a stash, come first.
/// </summary>
internal sealed class MessageQueue
{
    private Node _head;
    private Node _tail;
    private Node? _putBack;

    public MessageQueue() => _head = _tail = new Node();

    public bool HasMessages => _tail != Volatile.Read(ref _head) || _putBack is not null;

    /// <summary>Adds at the end; any thread.</summary>
    public void Enqueue(in Envelope envelope)
    {
        var node = new Node { Envelope = envelope };
        var previous = Interlocked.Exchange(ref _head, node);
        Volatile.Write(ref previous.Next, node);
    }

    /// <summary>Puts a message before all others; consumer only.</summary>
    public void PutBack(in Envelope envelope) => _putBack = new Node { Envelope = envelope, Next = _putBack };

    /// <summary>Takes the first message; consumer only.</summary>
    public bool TryDequeue(out Envelope envelope)
    {
        if (_putBack is { } first)
        {
            _putBack = first.Next;
            envelope = first.Envelope;
            return true;
        }

        var tail = _tail;
        var next = Volatile.Read(ref tail.Next);
        if (next is null)
        {
            if (tail == Volatile.Read(ref _head))
            {
                envelope = default;
                return false;
            }

            next = AwaitLink(tail);
        }

        // A consumed node must not keep the chain behind it alive once it has been promoted to an older generation.
        tail.Next = null;
        _tail = next;
        envelope = next.Envelope;
        next.Envelope = default;
        return true;
    }

    // A producer has swapped the head but not yet linked its node: a matter of two instructions unless it was preempted there.
    private static Node AwaitLink(Node tail)
    {
        var spin = default(SpinWait);
        Node? next;
        while ((next = Volatile.Read(ref tail.Next)) is null)
            spin.SpinOnce();
        return next;
    }

    private sealed class Node
    {
        public Envelope Envelope;
        public Node? Next;
    }
}
