using Akka.Util;

namespace Akka.Actor;

/// <summary>A reference as it is written down: its path with the incarnation.</summary>
public sealed class ActorRefSurrogate(string path) : ISurrogate
{
    public string Path { get; } = path;

    public ISurrogated FromSurrogate(ActorSystem system) => ((ExtendedActorSystem)system).Provider.ResolveActorRef(Path);
}
