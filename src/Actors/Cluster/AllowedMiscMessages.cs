using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Remote.Serialization;
using Akka.Serialization;

namespace ActorSparse.Actors.Cluster;

/// <summary>
/// Of Akka.NET's miscellaneous messages between nodes those that are needed: identifying actors, and the heartbeats of death watch. Refused
/// are, among others, poison pills.
/// </summary>
internal sealed class AllowedMiscMessages : SerializerWithStringManifest
{
    private static readonly string[] s_manifests = ["ID", "AID", "AR", "RWHB", "RWHR"];

    private readonly MiscMessageSerializer _inner;
    private readonly ExtendedActorSystem _system;

    /// <summary>Called by Akka.NET.</summary>
    public AllowedMiscMessages(ExtendedActorSystem system) : base(system)
    {
        _system = system;
        _inner = new(system);
    }

    /// <summary>The number of Akka.NET's own.</summary>
    public override int Identifier => 16;

    /// <inheritdoc/>
    public override string Manifest(object o) => _inner.Manifest(o);

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => _inner.ToBinary(obj);

    /// <inheritdoc/>
    /// <exception cref="SerializationException">It is none of those messages.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (s_manifests.Contains(manifest)) return _inner.FromBinary(bytes, manifest);
        NodeWire.Of(_system).Traffic.Refuse("a message for Akka.NET's own use that nobody here sends");
        throw new SerializationException("of Akka.NET's miscellaneous messages this one is not accepted");
    }
}
