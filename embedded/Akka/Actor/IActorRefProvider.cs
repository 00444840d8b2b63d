namespace Akka.Actor;

/// <summary>Makes and finds references.</summary>
public interface IActorRefProvider
{
    ActorSystem System { get; }

    IInternalActorRef RootGuardian { get; }

    IInternalActorRef Guardian { get; }

    IInternalActorRef SystemGuardian { get; }

    IActorRef DeadLetters { get; }

    ActorPath RootPath { get; }

    Address DefaultAddress { get; }

    /// <summary>The reference of a path with or without incarnation; one to nowhere if no such actor lives.</summary>
    IActorRef ResolveActorRef(string path);

    IActorRef ResolveActorRef(ActorPath actorPath);
}
