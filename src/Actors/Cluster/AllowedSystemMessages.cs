using System.Collections.Frozen;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Remote.Serialization;
using Akka.Serialization;

namespace ActorSparse.Actors.Cluster;

/// <summary>
/// Akka.NET's system messages between nodes, but only those of death watch. The others, which suspend, restart or terminate an actor, are
/// for remote deployment, which nobody here uses.
/// </summary>
internal sealed class AllowedSystemMessages : SerializerWithStringManifest
{
    private static readonly FrozenDictionary<string, Type> s_types = new Dictionary<string, Type>
    {
        ["watch"] = typeof(Watch),
        ["unwatch"] = typeof(Unwatch),
        ["died"] = typeof(DeathWatchNotification),
    }.ToFrozenDictionary();

    private readonly SystemMessageSerializer _inner;
    private readonly ExtendedActorSystem _system;

    /// <summary>Called by Akka.NET.</summary>
    public AllowedSystemMessages(ExtendedActorSystem system) : base(system)
    {
        _system = system;
        _inner = new(system);
    }

    /// <summary>The number of Akka.NET's own.</summary>
    public override int Identifier => 22;

    /// <inheritdoc/>
    public override string Manifest(object o) => s_types.FirstOrDefault(item => item.Value == o.GetType()).Key
        ?? throw new SerializationException($"{o.GetType()} is not sent between nodes");

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => _inner.ToBinary(obj);

    /// <inheritdoc/>
    /// <exception cref="SerializationException">It is none of those messages.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (s_types.TryGetValue(manifest, out var type)) return _inner.FromBinary(bytes, type);
        NodeWire.Of(_system).Traffic.Refuse("a system message that is not one of death watch");
        throw new SerializationException("of system messages only those of death watch are accepted");
    }
}
