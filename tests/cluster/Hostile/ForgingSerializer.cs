using Akka.Actor;
using Akka.Serialization;

namespace ActorSparse.Hostile;

/// <summary>
/// Writes <see cref="Forged"/> as what it claims to be. Akka.NET asks for the bytes and then, on the same thread, for the number of their
/// serializer, last for the manifest.
/// </summary>
public sealed class ForgingSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    [ThreadStatic]
    private static int t_identifier;

    /// <inheritdoc/>
    public override int Identifier => t_identifier == 0 ? 9_999 : t_identifier;

    /// <inheritdoc/>
    public override string Manifest(object o)
    {
        t_identifier = 0;
        return ((Forged)o).Manifest;
    }

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        var forged = (Forged)obj;
        t_identifier = forged.SerializerId;
        return forged.Bytes;
    }

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest) => new Forged(0, manifest, bytes);
}
