namespace Akka.Actor;

/// <summary>Messages an actor has put aside. They go to the front of its mailbox again, also when it restarts or stops.</summary>
public interface IStash
{
    int Count { get; }

    bool IsEmpty { get; }

    bool NonEmpty { get; }

    /// <summary>Greatest number of messages; -1 for no limit.</summary>
    int Capacity { get; }

    bool IsFull { get; }

    /// <summary>Puts the message being processed aside.</summary>
    /// <exception cref="IllegalActorStateException">That message was put aside already.</exception>
    void Stash();

    /// <summary>Puts the oldest message back to the front of the mailbox.</summary>
    void Unstash();

    /// <summary>Puts all messages back to the front of the mailbox, in their order.</summary>
    void UnstashAll();

    /// <summary>Puts back those that the predicate accepts and drops the others.</summary>
    void UnstashAll(Func<Envelope, bool> predicate);

    /// <summary>Takes all messages out of the stash.</summary>
    IEnumerable<Envelope> ClearStash();

    /// <summary>Adds messages before those in the stash.</summary>
    void Prepend(IEnumerable<Envelope> envelopes);
}
