using Akka.Actor;
using Akka.Dispatch;
using Akka.Simulation.Internal;

namespace Akka.Simulation;

// What can happen next, and the choice of it.
public sealed partial class ActorSimulation
{
    private const long SettleStepsMax = 100_000;

    private readonly List<Channel> _open = [];
    private readonly List<IRunnable> _ready = [];
    private readonly PriorityQueue<object, (TimeSpan Due, long Number)> _later = new();
    private readonly object _outside = new();
    private long _numbers;
    private int _faults;

    /// <summary>The messages on their way, in any order; a repeat of one that has arrived is none.</summary>
    public IEnumerable<SimulatedMessage> OnTheirWay =>
        from channel in _open.Concat(_later.UnorderedItems.Select(item => item.Element).OfType<Channel>())
        from pending in channel.Messages
        where !pending.IsRepeat
        select Describe(channel.Mailbox.Cell, pending.Envelope);

    /// <summary>Puts a message on its way.</summary>
    internal void Send(SimulationMailbox receiver, in Envelope envelope)
    {
        CheckThread(envelope.Message);
        var channel = IsFault(_plan.ReorderProbability, _plan.MayReorder, receiver, envelope)
            ? new Channel(receiver)
            : receiver.ChannelFrom(ActorCell.Current ?? _outside);
        var isDelayed = _plan.DelayProbability > 0 && _random.NextDouble() < _plan.DelayProbability;
        Add(channel, new Channel.Pending(envelope, isDelayed ? Time + _plan.DelayMax * _random.NextDouble() : Time, IsRepeat: false));
    }

    /// <summary>Takes on a mailbox that has to run, or other work of a dispatcher.</summary>
    internal void AddReady(IRunnable run)
    {
        CheckThread(run);
        _ready.Add(run);
    }

    internal void AddTimer(TimeSpan due, SimulationTimer timer) => _later.Enqueue(timer, (due, _numbers++));

    private bool TakeStep(FaultPlan plan)
    {
        DropCancelledTimers();
        var choices = _open.Count + _ready.Count;
        if (choices == 0 && _later.Count == 0)
            return false;

        Steps++;
        if (choices == 0 || (_later.Count > 0 && _random.NextDouble() < plan.AdvanceProbability))
        {
            Advance();
            return true;
        }

        var choice = _random.NextInt32(choices);
        if (choice < _ready.Count)
            RunReady(choice);
        else
            Deliver(choice - _ready.Count, plan);

        return true;
    }

    /// <summary>Lets everything happen that takes no time, without faults and outside the trace: a system's start and end.</summary>
    private void Settle()
    {
        _isSettling = true;
        for (var steps = 0; _open.Count + _ready.Count > 0; steps++)
        {
            if (steps == SettleStepsMax)
            {
                throw Failure($"the actors do not come to rest in {SettleStepsMax} steps", null);
            }

            if (_ready.Count > 0)
                RunReady(0);
            else
                Deliver(0, FaultPlan.None);
        }

        _isSettling = false;
    }

    private void Advance()
    {
        _later.TryPeek(out _, out var first);
        Time = first.Due > Time ? first.Due : Time;
        Record(TraceKind.Advance, null, null, null);
        while (_later.TryPeek(out var item, out var key) && key.Due <= Time)
        {
            _later.Dequeue();
            if (item is Channel channel)
                _open.Add(channel);
            else if (item is SimulationTimer { IsCancelled: false } timer)
                Fire(timer, key.Due);
        }
    }

    private void Fire(SimulationTimer timer, TimeSpan due)
    {
        if (timer.Interval is { } interval)
            AddTimer(due + interval, timer);

        timer.Action();
    }

    // A run whose timers are all cancelled has come to rest; time must not move for them.
    private void DropCancelledTimers()
    {
        while (_later.TryPeek(out var item, out _) && item is SimulationTimer { IsCancelled: true })
            _later.Dequeue();
    }

    private void RunReady(int index)
    {
        var run = _ready[index];
        RemoveAt(_ready, index);
        if (run is Mailbox mailbox)
            Record(TraceKind.System, null, mailbox.Cell.Self, null);
        else
            Record(TraceKind.Work, null, null, null);

        run.Run();
    }

    private void Deliver(int index, FaultPlan plan)
    {
        var channel = _open[index];
        var pending = channel.Take();
        RemoveAt(_open, index);
        Open(channel);

        var (mailbox, envelope) = (channel.Mailbox, pending.Envelope);
        if (IsFault(plan.DropProbability, plan.MayDrop, mailbox, envelope))
        {
            Record(TraceKind.Drop, envelope.Sender, mailbox.Cell.Self, envelope.Message);
            return;
        }

        var kind = mailbox.IsSuspended ? TraceKind.Arrive : TraceKind.Deliver;
        if (!pending.IsRepeat && IsFault(plan.DuplicateProbability, plan.MayDuplicate, mailbox, envelope))
        {
            kind = TraceKind.Duplicate;
            Add(channel, pending with { IsRepeat = true });
        }

        var crashes = kind == TraceKind.Deliver && IsFault(plan.CrashProbability, plan.MayCrash, mailbox, envelope);
        Record(crashes ? TraceKind.Crash : kind, envelope.Sender, mailbox.Cell.Self, envelope.Message);
        Deliveries += _isSettling ? 0 : 1;
        mailbox.Enqueue(envelope);
        if (crashes)
            RunToCrash(mailbox);
        else
            Run(mailbox);
    }

    private void Run(Mailbox mailbox)
    {
        if (mailbox.IsScheduled)
        {
            RemoveAt(_ready, _ready.IndexOf(mailbox));
            mailbox.Run();
        }
        else if (mailbox.TrySchedule(hasMessageHint: true, hasSystemMessageHint: false))
            mailbox.Run();
    }

    /// <summary>Runs a mailbox with a behaviour on top that fails: the failure takes the way of one of the actor's own.</summary>
    private void RunToCrash(Mailbox mailbox)
    {
        var cell = mailbox.Cell;
        var crashed = false;
        cell.BecomeStacked((Receive)(message =>
        {
            crashed = true;
            cell.UnbecomeStacked();
            throw new SimulatedCrashException($"simulated crash at {message.GetType().Name}");
        }));
        Run(mailbox);
        if (!crashed)
            cell.UnbecomeStacked();
    }

    private bool IsFault(double probability, Predicate<SimulatedMessage>? mayHappen, Mailbox receiver, in Envelope envelope)
    {
        if (probability <= 0
            || mayHappen is null
            || _faults >= _plan.FaultsMax
            || !mayHappen(Describe(receiver.Cell, envelope))
            || _random.NextDouble() >= probability)
        {
            return false;
        }

        _faults++;
        return true;
    }

    private static SimulatedMessage Describe(ActorCell receiver, in Envelope envelope) =>
        new(envelope.Sender ?? receiver.SystemImpl.DeadLetters, receiver.Self, envelope.Message);

    private void Add(Channel channel, in Channel.Pending pending)
    {
        channel.Add(pending);
        if (channel.HasOne)
            Open(channel);
    }

    /// <summary>Lets the first message of a channel be chosen, now or when its time has come.</summary>
    private void Open(Channel channel)
    {
        if (channel.IsEmpty)
            return;

        if (channel.First.NotBefore > Time)
            _later.Enqueue(channel, (channel.First.NotBefore, _numbers++));
        else
            _open.Add(channel);
    }

    private static void RemoveAt<T>(List<T> list, int index)
    {
        list[index] = list[^1];
        list.RemoveAt(list.Count - 1);
    }
}
