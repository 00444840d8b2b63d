using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>
/// The queue of an actor and the state of its scheduling. At any time at most one thread is inside <see cref="Run"/>, and what it wrote
/// is visible to the next: both follow from the atomic transitions of the status word.
/// </summary>
internal class Mailbox(ActorCell cell, MessageDispatcher dispatcher) : IRunnable
{
    // The status word: bit 0 closed, bit 1 scheduled, the bits above count suspensions.
    private const int Closed = 1;
    private const int Scheduled = 2;
    private const int SuspendUnit = 4;

    private readonly MessageQueue _messages = new();
    private SystemMessage? _systemMessages;
    private int _status;

    public ActorCell Cell { get; } = cell;

    public MessageDispatcher Dispatcher { get; } = dispatcher;

    public bool HasMessages => _messages.HasMessages;

    public bool HasSystemMessages => Volatile.Read(ref _systemMessages) is not null;

    public bool IsClosed => (Volatile.Read(ref _status) & Closed) != 0;

    public bool IsScheduled => (Volatile.Read(ref _status) & Scheduled) != 0;

    public bool IsSuspended => Volatile.Read(ref _status) >= SuspendUnit;

    /// <summary>Adds a message; what reaches a closed mailbox becomes a dead letter.</summary>
    public void Enqueue(in Envelope envelope)
    {
        _messages.Enqueue(envelope);
        if (IsClosed)
            DrainToDeadLetters();
    }

    public void PutBack(in Envelope envelope) => _messages.PutBack(envelope);

    public void SystemEnqueue(SystemMessage message)
    {
        var head = Volatile.Read(ref _systemMessages);
        while (true)
        {
            message.Next = head;
            var seen = Interlocked.CompareExchange(ref _systemMessages, message, head);
            if (seen == head)
                break;
            head = seen;
        }

        if (IsClosed)
            DrainToDeadLetters();
    }

    /// <summary>Claims the right to run if there is a reason to.</summary>
    /// <returns>Whether the caller must now see to it that <see cref="Run"/> is called, once.</returns>
    public bool TrySchedule(bool hasMessageHint, bool hasSystemMessageHint)
    {
        while (true)
        {
            var status = Volatile.Read(ref _status);
            if ((status & (Closed | Scheduled)) != 0)
                return false;
            var due = hasSystemMessageHint || HasSystemMessages || (status < SuspendUnit && (hasMessageHint || HasMessages));
            if (!due)
                return false;
            if (Interlocked.CompareExchange(ref _status, status | Scheduled, status) == status)
                return true;
        }
    }

    public void Run()
    {
        var outer = ActorCell.Current;
        ActorCell.Current = Cell;
        try
        {
            ProcessAllSystemMessages();
            ProcessMessages();
        }
        finally
        {
            ActorCell.Current = outer;
            Change(static status => status & ~Scheduled);
            Dispatcher.RegisterForExecution(this, hasMessageHint: false, hasSystemMessageHint: false);
        }
    }

    void IThreadPoolWorkItem.Execute() => Run();

    public void Suspend() => Change(static status => status + SuspendUnit);

    /// <summary>Takes back one suspension; without one it does nothing.</summary>
    public void Resume() => Change(static status => status >= SuspendUnit ? status - SuspendUnit : status);

    /// <summary>Ends delivery for good and turns what is left into dead letters.</summary>
    public void Close()
    {
        Change(static status => status | Closed);
        DrainToDeadLetters();
    }

    private void ProcessMessages()
    {
        var left = Math.Max(Dispatcher.Throughput, 1);
        var deadline = Dispatcher.ThroughputDeadlineTime is { } limit ? Environment.TickCount64 + limit : long.MaxValue;
        while (left-- > 0 && (Volatile.Read(ref _status) & ~Scheduled) == 0 && _messages.TryDequeue(out var envelope))
        {
            Cell.Invoke(envelope);
            ProcessAllSystemMessages();
            if (deadline != long.MaxValue && Environment.TickCount64 >= deadline)
                break;
        }
    }

    private void ProcessAllSystemMessages()
    {
        while (HasSystemMessages)
        {
            for (var message = TakeSystemMessages(); message is not null;)
            {
                var next = message.Next;
                message.Next = null;
                if (IsClosed)
                    EmptyLocalActorRef.HandleDeadSystemMessage(message);
                else
                    Cell.SystemInvoke(message);
                message = next;
            }
        }
    }

    // The list grows at its head; the receiver wants the order of sending.
    private SystemMessage? TakeSystemMessages()
    {
        SystemMessage? inOrder = null;
        for (var message = Interlocked.Exchange(ref _systemMessages, null); message is not null;)
        {
            var next = message.Next;
            message.Next = inOrder;
            inOrder = message;
            message = next;
        }

        return inOrder;
    }

    // A sender that saw the mailbox open may enqueue after it was drained; it then drains again itself. The lock keeps one consumer.
    private void DrainToDeadLetters()
    {
        lock (_messages)
        {
            for (var message = TakeSystemMessages(); message is not null; message = message.Next)
                EmptyLocalActorRef.HandleDeadSystemMessage(message);
            while (_messages.TryDequeue(out var envelope))
                Cell.PublishDeadLetter(envelope);
        }
    }

    private void Change(Func<int, int> transition)
    {
        int status;
        do
            status = Volatile.Read(ref _status);
        while (Interlocked.CompareExchange(ref _status, transition(status), status) != status);
    }
}
