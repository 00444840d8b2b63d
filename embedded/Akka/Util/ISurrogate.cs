using Akka.Actor;

namespace Akka.Util;

/// <summary>Stands for an object in serialized form.</summary>
public interface ISurrogate
{
    ISurrogated FromSurrogate(ActorSystem system);
}
