using System.Text;
using Akka.Actor;
using Akka.Serialization;

namespace Akka.Conformance.Serializers;

/// <summary>Writes text backwards, so that a round trip cannot be mistaken for passing the reference on.</summary>
public sealed class ReversedSerializer(ExtendedActorSystem system) : Serializer(system)
{
    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes((string)obj).Reverse().ToArray();

    public override object FromBinary(byte[] bytes, Type type) => Encoding.UTF8.GetString(bytes.Reverse().ToArray());
}
