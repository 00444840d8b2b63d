using System.Collections.Frozen;
using System.Runtime.Serialization;
using ActorSparse.Actors.Cluster;
using ActorSparse.Actors.Messages;
using ActorSparse.Model.Wire;

namespace ActorSparse.Actors.Serialization;

/// <summary>
/// Everything that leaves a process, and how it becomes bytes: small records by Hyperion, numbers in bulk and long texts by codecs of
/// their own. What is not listed here is refused both ways. A message is a format version, then what its codec writes; a manifest of two
/// letters names its type, and is never used for another.
/// </summary>
internal sealed class MessageTable
{
    // Of a frame of 128 KiB, which also bounds them, enough for a packed configuration or the lines of 500 workers.
    private const int LargeBytesMax = 1 << 16;

    private readonly byte _formatVersion;
    private readonly FrozenDictionary<string, MessageCodec> _byManifest;
    private readonly FrozenDictionary<Type, MessageCodec> _byType;

    private MessageTable(byte formatVersion, IEnumerable<MessageCodec> codecs)
    {
        _formatVersion = formatVersion;
        _byType = codecs.ToFrozenDictionary(codec => codec.Type);
        _byManifest = _byType.Values.ToFrozenDictionary(codec => codec.Manifest, StringComparer.Ordinal);
    }

    /// <summary>Messages between nodes.</summary>
    public static MessageTable BetweenNodes { get; } = new(formatVersion: 2,
    [
        MessageCodec.For<Nodes.Training>("nt",
            static (w, m) =>
            {
                w.UInt64(m.RunId); w.Int32(m.Version); w.String(m.Recovery);
                PackedText.Write(w, m.Configuration, LargeBytesMax);
                w.String(m.ConfigurationHash); w.String(m.DataName); w.String(m.DataHash);
            },
            static r => new(r.UInt64(), r.Int32(), r.String(), PackedText.Read(r), r.String(), r.String(), r.String())),
        HyperionCodec.For<Nodes.Connect>("nc"),
        HyperionCodec.For<Nodes.Connected>("nd"),
        HyperionCodec.For<Nodes.Waiting>("nw"),
        HyperionCodec.For<Nodes.AskStatus>("ns"),
        HyperionCodec.For<Nodes.Status>("nu", LargeBytesMax),
        // By these two nodes of different releases tell each other so. Their bytes never change, nor does the format version above.
        MessageCodec.For<Nodes.AskTraining>("na", static (w, m) => w.Int32(m.Version), static r => new(r.Int32())),
        MessageCodec.For<Nodes.Rejected>("nr", static (w, m) => w.String(m.Detail), static r => new(r.String())),
        // Many of these in each update.
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
    ]);

    /// <summary>The types it knows.</summary>
    public IEnumerable<Type> Types => _byType.Keys;

    /// <summary>Messages of the training protocol and of recovery: what passes between a worker and the coordinator.</summary>
    public static MessageTable OfTraining(ModelCodec model) => new(formatVersion: 5,
    [
        HyperionCodec.For<Membership.Join>("mj"),
        HyperionCodec.For<Membership.Joined>("mw"),
        HyperionCodec.For<Membership.Leave>("ml"),
        HyperionCodec.For<Membership.Refused>("mr"),
        HyperionCodec.For<Membership.Dismissed>("md"),
        HyperionCodec.For<PhaseTwo.StillTraining>("2s"),
        .. ModelCodecs.All(model),
        .. RecoveryCodecs.All,
    ]);

    /// <summary>Names the type of a message on the wire.</summary>
    /// <exception cref="SerializationException">It is none of these.</exception>
    public string Manifest(object message) => CodecOf(message).Manifest;

    /// <summary>The message as segments of the writer's size.</summary>
    /// <exception cref="SerializationException">It is none of these, too large, or what it leases was given away before.</exception>
    public WireBytes Write(object message, WireWriter writer)
    {
        writer.Byte(_formatVersion);
        CodecOf(message).Write(writer, message);
        return writer.Finish();
    }

    /// <summary>The message whose bytes are in <paramref name="segments"/>, cut wherever.</summary>
    /// <exception cref="SerializationException">The bytes are no such message.</exception>
    public object Read(IReadOnlyList<ReadOnlyMemory<byte>> segments, string manifest)
    {
        if (!_byManifest.TryGetValue(manifest, out var codec)) throw new SerializationException("a manifest that is not known");
        var reader = new WireReader(segments);
        if (reader.Byte() is var version && version != _formatVersion)
            throw new SerializationException($"{codec.Type.Name}: format version {version}; expected {_formatVersion}");
        try
        {
            var message = codec.Read(reader);
            reader.End();
            return message;
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException)
        {
            throw new SerializationException($"{codec.Type.Name} is damaged: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    private MessageCodec CodecOf(object message) =>
        _byType.TryGetValue(message.GetType(), out var codec) ? codec
            : throw new SerializationException($"{message.GetType()} does not travel");
}
