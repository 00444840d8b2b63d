using ActorSparse.Model.Wire;

namespace ActorSparse.Actors.Serialization;

/// <summary>How one type of message becomes bytes.</summary>
internal sealed class MessageCodec
{
    private MessageCodec(string manifest, Type type, Action<WireWriter, object> write, Func<WireReader, object> read)
    {
        Manifest = manifest;
        Type = type;
        Write = write;
        Read = read;
    }

    /// <summary>Names the type on the wire; never reused for another.</summary>
    public string Manifest { get; }

    public Type Type { get; }

    public Action<WireWriter, object> Write { get; }

    public Func<WireReader, object> Read { get; }

    public static MessageCodec For<T>(string manifest, Action<WireWriter, T> write, Func<WireReader, T> read) where T : notnull =>
        new(manifest, typeof(T), (writer, message) => write(writer, (T)message), reader => read(reader));
}
