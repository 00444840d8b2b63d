using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace ActorSparse.Actors.Cluster;

/// <summary>
/// Stands in for Akka.NET's JSON serializer, which would create any type that a message names: nothing of ours travels so, and what comes
/// so is refused.
/// </summary>
public sealed class RefusingSerializer : Serializer
{
    /// <summary>Called by Akka.NET, with the settings of the serializer it stands in for.</summary>
    public RefusingSerializer(ExtendedActorSystem system, Config settings) : base(system) => _ = settings;

    /// <summary>The number of the JSON serializer.</summary>
    public override int Identifier => 1;

    /// <inheritdoc/>
    public override bool IncludeManifest => false;

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Always.</exception>
    public override byte[] ToBinary(object obj) =>
        throw new SerializationException($"{obj?.GetType()} is not a message that travels between nodes");

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Always.</exception>
    public override object FromBinary(byte[] bytes, Type type) =>
        throw new SerializationException("serialized objects of arbitrary types are not accepted");
}
