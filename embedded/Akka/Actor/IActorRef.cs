using Akka.Util;

namespace Akka.Actor;

/// <summary>The handle of an actor. Two references are equal when path and incarnation are.</summary>
public interface IActorRef : ICanTell, IEquatable<IActorRef>, IComparable<IActorRef>, ISurrogated, IComparable
{
    ActorPath Path { get; }
}
