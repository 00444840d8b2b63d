namespace Akka.Actor;

public static class ActorRefExtensions
{
    /// <summary>Whether the reference is null or <see cref="ActorRefs.Nobody"/>.</summary>
    public static bool IsNobody(this IActorRef? actorRef) => actorRef is null or Nobody;

    /// <summary>The reference, or <see cref="ActorRefs.Nobody"/> in place of null.</summary>
    public static IActorRef GetOrElse(this IActorRef? actorRef, Func<IActorRef> elseValue) =>
        actorRef.IsNobody() ? elseValue() : actorRef!;

    internal static IInternalActorRef AsInternal(this IActorRef actorRef) =>
        actorRef as IInternalActorRef
        ?? throw new ArgumentException($"{actorRef} is a {actorRef?.GetType()}; expected a reference made by the actor system");
}
