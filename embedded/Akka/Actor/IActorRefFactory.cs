namespace Akka.Actor;

/// <summary>Creates actors and looks them up: the system (below /user) or a context (below its own actor).</summary>
public interface IActorRefFactory
{
    /// <exception cref="InvalidActorNameException">The name is taken or holds characters a path cannot hold.</exception>
    IActorRef ActorOf(Props props, string? name = null);

    ActorSelection ActorSelection(ActorPath actorPath);

    ActorSelection ActorSelection(string actorPath);
}
