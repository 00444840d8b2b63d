using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>Gives actors' mailboxes threads to run on.</summary>
public abstract class MessageDispatcher
{
    protected MessageDispatcher(MessageDispatcherConfigurator configurator)
    {
        Configurator = configurator;
        var config = configurator.Config;
        Id = config.GetString("id", "")!;
        Throughput = config.GetInt("throughput", 30);
        var deadline = config.GetTimeSpan("throughput-deadline-time", TimeSpan.Zero);
        ThroughputDeadlineTime = deadline > TimeSpan.Zero ? (long)deadline.TotalMilliseconds : null;
    }

    public MessageDispatcherConfigurator Configurator { get; }

    /// <summary>The path of its configuration.</summary>
    public string Id { get; protected set; }

    /// <summary>Messages an actor may process before others get their turn.</summary>
    public int Throughput { get; protected set; }

    /// <summary>Milliseconds after which an actor gives way even below <see cref="Throughput"/>; null for no limit.</summary>
    public long? ThroughputDeadlineTime { get; protected set; }

    /// <summary>Runs the work on one of this dispatcher's threads.</summary>
    public void Schedule(IRunnable run) => ExecuteTask(run);

    public void Schedule(Action run) => ExecuteTask(new ActionRunnable(run));

    protected abstract void ExecuteTask(IRunnable run);

    /// <summary>Ends the dispatcher's own threads, if it has any; called when its system has terminated.</summary>
    protected virtual void Shutdown()
    {
    }

    internal void ShutdownNow() => Shutdown();

    internal virtual Mailbox CreateMailbox(ActorCell cell) => new(cell, this);

    /// <summary>Takes on an actor; the messages that made it lie in its mailbox.</summary>
    internal virtual void Attach(ActorCell cell) =>
        RegisterForExecution(cell.Mailbox, hasMessageHint: false, hasSystemMessageHint: true);

    /// <summary>Lets go of an actor that has stopped.</summary>
    internal virtual void Detach(ActorCell cell) => cell.Mailbox.Close();

    internal virtual void Dispatch(ActorCell receiver, in Envelope envelope)
    {
        receiver.Mailbox.Enqueue(envelope);
        RegisterForExecution(receiver.Mailbox, hasMessageHint: true, hasSystemMessageHint: false);
    }

    internal virtual void SystemDispatch(ActorCell receiver, SystemMessage message)
    {
        receiver.Mailbox.SystemEnqueue(message);
        RegisterForExecution(receiver.Mailbox, hasMessageHint: false, hasSystemMessageHint: true);
    }

    /// <summary>Schedules the mailbox unless it is scheduled, running or has nothing to do.</summary>
    internal virtual bool RegisterForExecution(Mailbox mailbox, bool hasMessageHint, bool hasSystemMessageHint)
    {
        if (!mailbox.TrySchedule(hasMessageHint, hasSystemMessageHint))
            return false;
        ExecuteTask(mailbox);
        return true;
    }

    private sealed class ActionRunnable(Action action) : IRunnable
    {
        public void Run() => action();

        public void Execute() => action();
    }
}
