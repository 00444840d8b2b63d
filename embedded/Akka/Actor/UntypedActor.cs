using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>An actor whose behaviour is one method that sees every message.</summary>
public abstract class UntypedActor : ActorBase
{
    protected static new IUntypedActorContext Context => (IUntypedActorContext)ActorBase.Context;

    protected abstract void OnReceive(object message);

    protected sealed override bool Receive(object message)
    {
        OnReceive(message);
        return true;
    }

    protected void Become(UntypedReceive receive) => Context.Become(receive);

    protected void BecomeStacked(UntypedReceive receive) => Context.BecomeStacked(receive);

    /// <summary>Runs an asynchronous continuation of this message; no other message is processed until it has ended.</summary>
    protected static void RunTask(Func<Task> task) => ActorTaskScheduler.RunTask(task);

    protected static void RunTask(Action action) => ActorTaskScheduler.RunTask(action);
}
