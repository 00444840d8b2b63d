using System.Runtime.ExceptionServices;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

// Asynchronous handlers: the mailbox is suspended from the first await that does not complete at once to the end of the task. The
// pieces in between run on the actor, one at a time, with the handler's message and sender.
internal partial class ActorCell
{
    private ActorTaskScheduler? _taskScheduler;
    private Envelope? _asyncEnvelope;

    private bool IsRunningAsync => _asyncEnvelope is not null;

    public void RunAsync(Func<Task> handler)
    {
        _taskScheduler ??= new ActorTaskScheduler(this);
        var task = _taskScheduler.Start(handler);
        if (task.IsCompleted)
        {
            if (FailureOf(task) is { } failure)
                ExceptionDispatchInfo.Throw(failure);
            return;
        }

        if (IsRunningAsync)
            throw new NotSupportedException("RunTask cannot be called again while a task of the same message is running");
        _asyncEnvelope = CurrentEnvelope;
        Mailbox.Suspend();
        task.ContinueWith(
            ended => SendSystemMessage(new ActorTaskCompleted(FailureOf(ended))),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private static Exception? FailureOf(Task task) =>
        task.IsCanceled ? new TaskCanceledException(task)
        : task.Exception is { } failure ? failure.InnerExceptions.Count == 1 ? failure.InnerException : failure
        : null;

    // What an instance that is gone left running has another scheduler, and must not touch its successor.
    private void RunActorTask(ActorTask piece)
    {
        if (piece.Scheduler != _taskScheduler)
            return;
        RestoreAsyncMessage();
        piece.Scheduler.Run(piece.Task);
        _currentMessage = null;
        _currentSender = null;
    }

    private void CompleteActorTask(ActorTaskCompleted completed)
    {
        RestoreAsyncMessage();
        _asyncEnvelope = null;
        Mailbox.Resume();
        if (completed.Failure is { } failure)
            HandleInvokeFailure(failure);
        else
            FinishMessage(_currentMessage!);
    }

    private void RestoreAsyncMessage()
    {
        if (_asyncEnvelope is not { } envelope)
            return;
        _currentMessage = envelope.Message;
        _currentSender = envelope.Sender;
    }
}
