using Akka.Actor;

namespace Akka.Util;

/// <summary>An object that is serialized through a surrogate.</summary>
public interface ISurrogated
{
    ISurrogate ToSurrogate(ActorSystem system);
}
