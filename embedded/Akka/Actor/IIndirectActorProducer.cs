namespace Akka.Actor;

/// <summary>Makes the instances of an actor, for example from a container.</summary>
public interface IIndirectActorProducer
{
    Type ActorType { get; }

    /// <summary>A new instance; called for every incarnation.</summary>
    ActorBase Produce();

    /// <summary>Takes an instance back after it has stopped or was replaced.</summary>
    void Release(ActorBase actor);
}
