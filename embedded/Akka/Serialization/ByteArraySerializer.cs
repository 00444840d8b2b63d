using Akka.Actor;

namespace Akka.Serialization;

/// <summary>Passes byte arrays through.</summary>
public class ByteArraySerializer(ExtendedActorSystem system) : Serializer(system)
{
    public override bool IncludeManifest => false;

    /// <exception cref="NotSupportedException">The object is not a byte array.</exception>
    public override byte[] ToBinary(object obj) =>
        obj as byte[] ?? throw new NotSupportedException($"The object to convert is a {obj.GetType()}, not a byte array");

    public override object FromBinary(byte[] bytes, Type type) => bytes;
}
