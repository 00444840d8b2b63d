using Akka.Actor;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Serialization;

/// <summary>Turns objects of some classes into bytes and back.</summary>
public abstract class Serializer
{
    private readonly ExtendedActorSystem _system;
    private int? _configuredIdentifier;

    protected Serializer(ExtendedActorSystem system) => _system = system;

    /// <summary>Names the serializer in messages; by default what <c>akka.actor.serialization-identifiers</c> says.</summary>
    /// <exception cref="ConfigurationException">It says nothing about this class.</exception>
    public virtual int Identifier => _configuredIdentifier ??= ReadIdentifier();

    /// <summary>Whether <see cref="FromBinary(byte[], Type)"/> has to be told the type.</summary>
    public abstract bool IncludeManifest { get; }

    protected ExtendedActorSystem System => _system;

    public abstract byte[] ToBinary(object obj);

    public abstract object FromBinary(byte[] bytes, Type type);

    public T FromBinary<T>(byte[] bytes) => (T)FromBinary(bytes, typeof(T));

    private int ReadIdentifier()
    {
        const string identifiers = "akka.actor.serialization-identifiers";
        foreach (var (typeName, identifier) in _system.Settings.Config.GetConfig(identifiers)!.AsEnumerable())
        {
            if (Type.GetType(typeName, throwOnError: false) == GetType())
                return identifier.GetInt();
        }

        throw new ConfigurationException($"{identifiers} has no entry for \"{GetType().TypeQualifiedName()}\"");
    }
}
