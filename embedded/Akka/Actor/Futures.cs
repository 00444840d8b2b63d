namespace Akka.Actor;

/// <summary>Ask: a message whose answer completes a task. For the edges of a system; between actors messages do without.</summary>
public static class Futures
{
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<object>(message, timeout, CancellationToken.None);

    public static Task<object> Ask(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<object>(message, null, cancellationToken);

    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        self.Ask<object>(message, timeout, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<T>(message, timeout, CancellationToken.None);

    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<T>(message, null, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        self.Ask<T>(_ => message, timeout, cancellationToken);

    /// <summary>Asks with a message that names the reference the answer is to go to.</summary>
    /// <param name="self">Whom to ask.</param>
    /// <param name="messageFactory">Makes the message from that reference.</param>
    /// <param name="timeout">Null for <c>akka.actor.ask-timeout</c>; the task then fails with <see cref="AskTimeoutException"/>.</param>
    /// <param name="cancellationToken">Cancels the task.</param>
    public static Task<T> Ask<T>(
        this ICanTell self, Func<IActorRef, object> messageFactory, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var provider = ResolveProvider(self);
        var reply = new FutureActorRef<T>(provider);
        reply.Arm(timeout ?? provider.System.Settings.AskTimeout, cancellationToken);
        self.Tell(messageFactory(reply), reply);
        return reply.Result;
    }

    internal static LocalActorRefProvider ResolveProvider(ICanTell target) => target switch
    {
        ActorSelection selection => ResolveProvider(selection.Anchor),
        Nobody when ActorCell.Current is { } cell => cell.SystemImpl.Provider,
        IInternalActorRef reference and not Nobody => (LocalActorRefProvider)reference.Provider,
        _ => throw new ArgumentException($"Unable to resolve the target Provider of {target}", nameof(target)),
    };
}
