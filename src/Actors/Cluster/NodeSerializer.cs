using System.Runtime.Serialization;
using ActorSparse.Actors.Serialization;
using ActorSparse.Model.Wire;
using Akka.Actor;
using Akka.Serialization;

namespace ActorSparse.Actors.Cluster;

/// <summary>The messages between nodes as bytes (<see cref="MessageTable"/>).</summary>
internal sealed class NodeSerializer : SerializerWithStringManifest
{
    private const int HeaderBytesMax = 256;

    private readonly ExtendedActorSystem _system;

    /// <summary>Called by Akka.NET.</summary>
    public NodeSerializer(ExtendedActorSystem system) : base(system) => _system = system;

    /// <summary>The number that names this serializer on the wire.</summary>
    public override int Identifier => 7_302;

    /// <summary>The types of messages that it knows.</summary>
    public static IEnumerable<Type> MessageTypes => MessageTable.BetweenNodes.Types;

    /// <inheritdoc/>
    public override string Manifest(object o) => MessageTable.BetweenNodes.Manifest(o);

    /// <inheritdoc/>
    /// <exception cref="SerializationException">It is no message between nodes.</exception>
    public override byte[] ToBinary(object obj)
    {
        // A piece with its header is in one segment, and copied once, into the array that Akka.NET wants.
        var writer = new WireWriter(obj is Nodes.Chunk { Piece.Bytes.Length: var length } ? length + HeaderBytesMax : HeaderBytesMax);
        using var bytes = MessageTable.BetweenNodes.Write(obj, writer);
        return bytes.ToArray();
    }

    /// <inheritdoc/>
    /// <exception cref="SerializationException">The bytes are no such message.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            return MessageTable.BetweenNodes.Read([bytes], manifest);
        }
        catch (SerializationException exception)
        {
            NodeWire.Of(_system).Traffic.Refuse(exception.Message);
            throw;
        }
    }
}
