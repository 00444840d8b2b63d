using System.Collections.Frozen;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace ActorSparse.Actors.Serialization;

/// <summary>
/// Every message of the protocol as bytes: a format version, then the message's fields, little-endian. A manifest of two letters names the
/// type. Fields are only ever added at the end of a type under a new version, and readers of it come before writers (docs/protocol.md).
/// </summary>
/// <remarks>
/// In process it is used with <c>serialize-messages = on</c> alone. What a message leases is used up by writing it, as sending would.
/// </remarks>
public sealed class ProtocolSerializer : SerializerWithStringManifest, IDisposable
{
    private const byte FormatVersion = 3;

    private readonly ModelCodec _model = new();
    private readonly FrozenDictionary<string, MessageCodec> _byManifest;
    private readonly FrozenDictionary<Type, MessageCodec> _byType;

    /// <summary>Called by Akka.NET.</summary>
    public ProtocolSerializer(ExtendedActorSystem system) : base(system)
    {
        MessageCodec[] codecs = [.. ControlCodecs.All(), .. ModelCodecs.All(_model)];
        _byManifest = codecs.ToFrozenDictionary(codec => codec.Manifest, StringComparer.Ordinal);
        _byType = codecs.ToFrozenDictionary(codec => codec.Type);
    }

    /// <summary>The number that names this serializer on the wire.</summary>
    public override int Identifier => 7_301;

    /// <summary>The types of messages that it knows.</summary>
    public IEnumerable<Type> MessageTypes => _byType.Keys;

    /// <inheritdoc/>
    public override string Manifest(object o) => CodecOf(o).Manifest;

    /// <inheritdoc/>
    /// <exception cref="SerializationException">It is no message of the protocol, or what it leases was given away before.</exception>
    public override byte[] ToBinary(object obj)
    {
        using var bytes = Write(obj, new WireWriter());
        return bytes.ToArray();
    }

    /// <inheritdoc/>
    /// <exception cref="SerializationException">The bytes are no such message.</exception>
    public override object FromBinary(byte[] bytes, string manifest) => Read([bytes], manifest);

    /// <summary>The message as segments of the writer's size.</summary>
    /// <exception cref="SerializationException">It is no message of the protocol, or what it leases was given away before.</exception>
    internal WireBytes Write(object message, WireWriter writer)
    {
        writer.Byte(FormatVersion);
        CodecOf(message).Write(writer, message);
        return writer.Finish();
    }

    /// <summary>The message whose bytes are in <paramref name="segments"/>, cut wherever.</summary>
    /// <exception cref="SerializationException">The bytes are no such message.</exception>
    internal object Read(IReadOnlyList<ReadOnlyMemory<byte>> segments, string manifest)
    {
        if (!_byManifest.TryGetValue(manifest, out var codec)) throw new SerializationException($"manifest '{manifest}' is not known");
        var reader = new WireReader(segments);
        if (reader.Byte() is var version && version != FormatVersion)
            throw new SerializationException($"{codec.Type.Name}: format version {version}; expected {FormatVersion}");
        try
        {
            var message = codec.Read(reader);
            reader.End();
            return message;
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException)
        {
            throw new SerializationException($"{codec.Type.Name} is damaged: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private MessageCodec CodecOf(object message) =>
        _byType.TryGetValue(message.GetType(), out var codec) ? codec :
            throw new SerializationException($"{message.GetType()} is no message of the protocol");
}
