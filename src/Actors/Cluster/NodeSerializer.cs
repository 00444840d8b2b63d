using System.Collections.Frozen;
using System.Runtime.Serialization;
using ActorSparse.Actors.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace ActorSparse.Actors.Cluster;

/// <summary>The messages between nodes as bytes, written as those of the training protocol are.</summary>
public sealed class NodeSerializer : SerializerWithStringManifest
{
    private const byte FormatVersion = 2;
    private const int HeaderBytesMax = 256;

    private static readonly MessageCodec[] s_codecs =
    [
        MessageCodec.For<Nodes.AskTraining>("na", static (w, m) => w.Int32(m.Version), static r => new(r.Int32())),
        MessageCodec.For<Nodes.Training>("nt",
            static (w, m) =>
            {
                w.UInt64(m.RunId); w.Int32(m.Version); w.String(m.Configuration); w.String(m.ConfigurationHash);
                w.String(m.DataName); w.String(m.DataHash); w.Int32(m.Shards);
            },
            static r => new(r.UInt64(), r.Int32(), r.String(), r.String(), r.String(), r.String(), r.Int32())),
        MessageCodec.For<Nodes.Connect>("nc",
            static (w, m) =>
            {
                w.UInt64(m.RunId); w.Int32(m.Version); w.String(m.Worker); w.String(m.DataHash); w.String(m.ConfigurationHash);
            },
            static r => new(r.UInt64(), r.Int32(), r.String(), r.String(), r.String())),
        MessageCodec.For<Nodes.Connected>("nd", static (w, m) => w.UInt64(m.RunId), static r => new(r.UInt64())),
        MessageCodec.For<Nodes.Waiting>("nw",
            static (w, m) => { w.Int32(m.Present); w.Int32(m.Wanted); },
            static r => new(r.Int32(), r.Int32())),
        MessageCodec.For<Nodes.Rejected>("nr", static (w, m) => w.String(m.Detail), static r => new(r.String())),
        MessageCodec.For<Nodes.AskStatus>("ns", static (_, _) => { }, static _ => new()),
        MessageCodec.For<Nodes.Status>("nu",
            static (w, m) => { Lines(w, m.Members); Lines(w, m.Workers); Lines(w, m.Progress); },
            static r => new(Lines(r), Lines(r), Lines(r))),
        MessageCodec.For<Nodes.Chunk>("nk",
            static (w, m) =>
            {
                var piece = m.Piece;
                w.Int64(piece.TransferId); w.Int32(piece.Index); w.Int64(piece.TotalBytes); w.String(piece.Manifest);
                w.Bytes(piece.Bytes.Span);
            },
            static r => new(new MessageChunk(r.Int64(), r.Int32(), r.Int64(), r.String(), r.Bytes()))),
        MessageCodec.For<Nodes.ChunkArrived>("ny",
            static (w, m) => { w.Int64(m.TransferId); w.Int32(m.Index); },
            static r => new(r.Int64(), r.Int32())),
    ];

    private static readonly FrozenDictionary<string, MessageCodec> s_byManifest = s_codecs.ToFrozenDictionary(codec => codec.Manifest);
    private static readonly FrozenDictionary<Type, MessageCodec> s_byType = s_codecs.ToFrozenDictionary(codec => codec.Type);

    private readonly ExtendedActorSystem _system;

    /// <summary>Called by Akka.NET.</summary>
    public NodeSerializer(ExtendedActorSystem system) : base(system) => _system = system;

    /// <summary>The number that names this serializer on the wire.</summary>
    public override int Identifier => 7_302;

    /// <summary>The types of messages that it knows.</summary>
    public static IEnumerable<Type> MessageTypes => s_byType.Keys;

    /// <inheritdoc/>
    public override string Manifest(object o) => CodecOf(o).Manifest;

    /// <inheritdoc/>
    /// <exception cref="SerializationException">It is no message between nodes.</exception>
    public override byte[] ToBinary(object obj)
    {
        // A piece with its header is in one segment, and copied once, into the array that Akka.NET wants.
        var writer = new WireWriter(obj is Nodes.Chunk { Piece.Bytes.Length: var length } ? length + HeaderBytesMax : HeaderBytesMax);
        writer.Byte(FormatVersion);
        CodecOf(obj).Write(writer, obj);
        using var bytes = writer.Finish();
        return bytes.ToArray();
    }

    /// <inheritdoc/>
    /// <exception cref="SerializationException">The bytes are no such message.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            return Read(bytes, manifest);
        }
        catch (SerializationException exception)
        {
            NodeWire.Of(_system).Traffic.Refuse(exception.Message);
            throw;
        }
    }

    private static object Read(byte[] bytes, string manifest)
    {
        if (!s_byManifest.TryGetValue(manifest, out var codec)) throw new SerializationException("a manifest that no node knows");
        var reader = new WireReader([bytes]);
        if (reader.Byte() is var version && version != FormatVersion)
            throw new SerializationException($"{codec.Type.Name}: format version {version}; expected {FormatVersion}");
        var message = codec.Read(reader);
        reader.End();
        return message;
    }

    private static void Lines(WireWriter writer, IReadOnlyList<string> lines) => writer.List(lines, static (w, line) => w.String(line));

    private static string[] Lines(WireReader reader) => reader.List(static r => r.String());

    private static MessageCodec CodecOf(object message) =>
        s_byType.TryGetValue(message.GetType(), out var codec) ? codec :
            throw new SerializationException($"{message.GetType()} is no message between nodes");
}
