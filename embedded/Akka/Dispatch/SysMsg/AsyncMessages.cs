namespace Akka.Dispatch.SysMsg;

/// <summary>A piece of an asynchronous handler that wants to run on its actor.</summary>
internal sealed class ActorTask(ActorTaskScheduler scheduler, Task task) : SystemMessage
{
    public ActorTaskScheduler Scheduler { get; } = scheduler;

    public Task Task { get; } = task;
}

/// <summary>An asynchronous handler has ended; ordinary messages may go on.</summary>
internal sealed class ActorTaskCompleted(Exception? failure) : SystemMessage
{
    public Exception? Failure { get; } = failure;
}
