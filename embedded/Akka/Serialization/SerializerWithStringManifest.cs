using Akka.Actor;

namespace Akka.Serialization;

/// <summary>A serializer that names the classes it writes by short texts, so that classes can be renamed.</summary>
public abstract class SerializerWithStringManifest(ExtendedActorSystem system) : Serializer(system)
{
    public sealed override bool IncludeManifest => true;

    public sealed override object FromBinary(byte[] bytes, Type type) => FromBinary(bytes, Manifest(type));

    /// <exception cref="System.Runtime.Serialization.SerializationException">The manifest is not known.</exception>
    public abstract object FromBinary(byte[] bytes, string manifest);

    /// <summary>The text that stands for the object's class.</summary>
    public abstract string Manifest(object o);
}
