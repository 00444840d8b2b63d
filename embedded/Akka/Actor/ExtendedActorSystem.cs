namespace Akka.Actor;

/// <summary>The system as extensions and serializers see it.</summary>
public abstract class ExtendedActorSystem : ActorSystem
{
    public abstract IActorRefProvider Provider { get; }

    /// <summary>The parent of the actors that <see cref="ActorSystem.ActorOf"/> makes.</summary>
    public abstract IInternalActorRef Guardian { get; }

    public abstract IInternalActorRef SystemGuardian { get; }

    /// <summary>The root of the hierarchy.</summary>
    public abstract IInternalActorRef LookupRoot { get; }

    /// <summary>Makes an actor below /system, which stops after those below /user.</summary>
    public abstract IActorRef SystemActorOf(Props props, string? name = null);

    public IActorRef SystemActorOf<TActor>(string? name = null)
        where TActor : ActorBase, new() => SystemActorOf(Props.Create<TActor>(), name);
}
