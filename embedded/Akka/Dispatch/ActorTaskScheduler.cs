using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>Runs tasks as part of one actor instance: on the mailbox's threads, one at a time, with the actor's context.</summary>
public sealed class ActorTaskScheduler : TaskScheduler
{
    private readonly ActorCell _cell;

    internal ActorTaskScheduler(ActorCell cell) => _cell = cell;

    /// <summary>Runs an asynchronous handler of the current actor; no other message is processed until its task has ended.</summary>
    /// <exception cref="InvalidOperationException">No actor runs on this thread.</exception>
    public static void RunTask(Func<Task> asyncAction)
    {
        var cell = ActorCell.Current ?? throw new InvalidOperationException("Cannot call RunTask outside of an actor context.");
        cell.RunAsync(asyncAction);
    }

    public static void RunTask(Action action) => RunTask(() =>
    {
        action();
        return Task.CompletedTask;
    });

    internal Task Start(Func<Task> handler)
    {
        var outer = new Task<Task>(handler);
        outer.RunSynchronously(this);
        return outer.Unwrap();
    }

    internal void Run(Task task) => TryExecuteTask(task);

    protected override void QueueTask(Task task) => _cell.SendSystemMessage(new ActorTask(this, task));

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ActorCell.Current == _cell && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
