using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

public static class GracefulStopSupport
{
    /// <summary>Sends <see cref="PoisonPill"/> and completes when the actor has stopped, with all it had in its mailbox done.</summary>
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) => target.GracefulStop(timeout, PoisonPill.Instance);

    /// <param name="target">The actor to stop.</param>
    /// <param name="timeout">After which the answer is false; the actor may still stop later.</param>
    /// <param name="stopMessage">On which the actor stops itself.</param>
    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        var subject = target.AsInternal();
        var ended = new FutureActorRef<Terminated>(Futures.ResolveProvider(target));
        ended.Arm(timeout, CancellationToken.None);
        subject.SendSystemMessage(new Watch(subject, ended));
        target.Tell(stopMessage, ActorRefs.NoSender);
        try
        {
            var terminated = await ended.Result.ConfigureAwait(false);
            return terminated.ActorRef.Equals(target);
        }
        catch (AskTimeoutException)
        {
            subject.SendSystemMessage(new Unwatch(subject, ended));
            return false;
        }
    }
}
