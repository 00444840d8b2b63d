using System.Runtime.Serialization;
using ActorSparse.Model.Wire;
using Akka.Actor;
using Akka.Serialization;

namespace ActorSparse.Actors.Serialization;

/// <summary>
/// The messages between workers and coordinator as bytes (<see cref="MessageTable"/>). All nodes of a cluster run one release, which they
/// make sure of first (<see cref="Cluster.NodeProtocol"/>).
/// </summary>
/// <remarks>
/// In process it is used with <c>serialize-messages = on</c> alone. What a message leases is used up by writing it, as sending would.
/// </remarks>
internal sealed class ProtocolSerializer : SerializerWithStringManifest, IDisposable
{
    private readonly ModelCodec _model = new();
    private readonly MessageTable _table;

    /// <summary>Called by Akka.NET.</summary>
    public ProtocolSerializer(ExtendedActorSystem system) : base(system) => _table = MessageTable.OfTraining(_model);

    /// <summary>The number that names this serializer on the wire.</summary>
    public override int Identifier => 7_301;

    /// <summary>The types of messages that it knows.</summary>
    public IEnumerable<Type> MessageTypes => _table.Types;

    /// <inheritdoc/>
    public override string Manifest(object o) => _table.Manifest(o);

    /// <inheritdoc/>
    /// <exception cref="SerializationException">It is no such message, or what it leases was given away before.</exception>
    public override byte[] ToBinary(object obj)
    {
        using var bytes = Write(obj, new WireWriter());
        return bytes.ToArray();
    }

    /// <inheritdoc/>
    /// <exception cref="SerializationException">The bytes are no such message.</exception>
    public override object FromBinary(byte[] bytes, string manifest) => Read([bytes], manifest);

    /// <inheritdoc cref="MessageTable.Write"/>
    internal WireBytes Write(object message, WireWriter writer) => _table.Write(message, writer);

    /// <inheritdoc cref="MessageTable.Read"/>
    internal object Read(IReadOnlyList<ReadOnlyMemory<byte>> segments, string manifest) => _table.Read(segments, manifest);

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
