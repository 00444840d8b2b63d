using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace ActorSparse.Actors.Cluster;

/// <summary>
/// Stands in for serializers by which others could have objects created here that nobody sends: what comes so is refused, before the name
/// of a type in it is looked at.
/// </summary>
internal sealed class RefusingSerializer : SerializerWithStringManifest
{
    private readonly ExtendedActorSystem _system;

    /// <summary>Called by Akka.NET, with the settings of the serializer it stands in for: its <c>identifier</c>.</summary>
    public RefusingSerializer(ExtendedActorSystem system, Config settings) : base(system)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _system = system;
        Identifier = settings.GetInt("identifier");
    }

    /// <summary>The number of the serializer it stands in for.</summary>
    public override int Identifier { get; }

    /// <inheritdoc/>
    public override string Manifest(object o) => "";

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Always.</exception>
    public override byte[] ToBinary(object obj) =>
        throw new SerializationException($"{obj?.GetType()} is not a message that travels between nodes");

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Always.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        NodeWire.Of(_system).Traffic.Refuse($"something written by serializer {Identifier}, which nobody here uses");
        throw new SerializationException($"what serializer {Identifier} wrote is not accepted");
    }
}
