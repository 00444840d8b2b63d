namespace Akka.Actor;

/// <summary>The stash of one actor instance.</summary>
internal sealed class ActorStash(ActorCell cell) : IStash
{
    private LinkedList<Envelope> _messages = new();
    private long _lastStashed = -1;

    public int Count => _messages.Count;

    public bool IsEmpty => _messages.Count == 0;

    public bool NonEmpty => !IsEmpty;

    public int Capacity => -1;

    public bool IsFull => false;

    public void Stash()
    {
        var envelope = cell.CurrentEnvelope;
        if (_messages.Count > 0 && _lastStashed == cell.ProcessedCount)
            throw new IllegalActorStateException($"Can't stash the same message {envelope} more than once");
        _lastStashed = cell.ProcessedCount;
        _messages.AddLast(envelope);
    }

    public void Unstash()
    {
        if (_messages.First is not { } first)
            return;
        _messages.RemoveFirst();
        cell.PutBack(first.Value);
    }

    public void UnstashAll() => UnstashAll(_ => true);

    public void UnstashAll(Func<Envelope, bool> predicate)
    {
        foreach (var envelope in ClearStash().Where(predicate).Reverse())
            cell.PutBack(envelope);
    }

    public IEnumerable<Envelope> ClearStash()
    {
        var messages = _messages;
        _messages = new LinkedList<Envelope>();
        return messages;
    }

    public void Prepend(IEnumerable<Envelope> envelopes)
    {
        foreach (var envelope in envelopes.Reverse())
            _messages.AddFirst(envelope);
    }
}
