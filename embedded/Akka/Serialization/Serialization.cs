using System.Collections.Concurrent;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Util;

namespace Akka.Serialization;

/// <summary>
/// The system's serializers and which of them takes what, from <c>akka.actor.serializers</c> and <c>akka.actor.serialization-bindings</c>.
/// </summary>
public class Serialization
{
    private readonly Dictionary<int, Serializer> _byIdentifier = [];
    private readonly Dictionary<string, Serializer> _byName = [];
    private readonly ConcurrentDictionary<Type, Serializer> _bindings = new();
    private readonly ConcurrentDictionary<Type, Serializer> _found = new();

    /// <exception cref="ConfigurationException">A binding names a serializer that is not configured.</exception>
    public Serialization(ExtendedActorSystem system)
    {
        System = system;
        var config = system.Settings.Config;
        foreach (var (name, typeName) in Entries(config, "akka.actor.serializers"))
        {
            if (Resolve(typeName, $"akka.actor.serializers.{name}") is { } type)
                AddSerializer(name, Create(type, system));
        }

        foreach (var (typeName, name) in Entries(config, "akka.actor.serialization-bindings"))
        {
            if (Resolve(typeName, "akka.actor.serialization-bindings") is not { } type)
                continue;
            if (_byName.TryGetValue(name, out var serializer))
                AddSerializationMap(type, serializer);
            else
                Warn($"Serialization binding to non existing serializer: '{name}'");
        }
    }

    public ActorSystem System { get; }

    /// <summary>The path of a reference with its incarnation, from which a system finds it again.</summary>
    public static string SerializedActorPath(IActorRef? actorRef) =>
        actorRef is null ? "" : actorRef.Path.ToSerializationFormat();

    /// <summary>What has to travel with the bytes for <see cref="Deserialize(byte[], int, string)"/>; empty if nothing.</summary>
    public static string ManifestFor(Serializer serializer, object message) => serializer switch
    {
        SerializerWithStringManifest withManifest => withManifest.Manifest(message),
        { IncludeManifest: true } => message.GetType().TypeQualifiedName(),
        _ => "",
    };

    public void AddSerializer(string name, Serializer serializer)
    {
        _byIdentifier[serializer.Identifier] = serializer;
        _byName[name] = serializer;
    }

    public void AddSerializationMap(Type type, Serializer serializer)
    {
        _bindings[type] = serializer;
        _found.Clear();
    }

    public Serializer FindSerializerFor(object obj) => FindSerializerForType(obj.GetType());

    /// <summary>The serializer bound to the type itself, or else to the nearest of the types it derives from.</summary>
    /// <exception cref="SerializationException">There is none.</exception>
    public Serializer FindSerializerForType(Type objectType) => _found.GetOrAdd(objectType, Find);

    /// <exception cref="SerializationException">There is no such serializer.</exception>
    public Serializer GetSerializerById(int serializerId) =>
        _byIdentifier.TryGetValue(serializerId, out var serializer)
            ? serializer
            : throw new SerializationException($"Cannot find serializer with id [{serializerId}]; is it in akka.actor.serializers?");

    public byte[] Serialize(object o) => FindSerializerFor(o).ToBinary(o);

    public object Deserialize(byte[] bytes, int serializerId, Type type) => GetSerializerById(serializerId).FromBinary(bytes, type);

    public object Deserialize(byte[] bytes, int serializerId, string manifest)
    {
        var serializer = GetSerializerById(serializerId);
        if (serializer is SerializerWithStringManifest withManifest)
            return withManifest.FromBinary(bytes, manifest);
        if (manifest.Length == 0)
            return serializer.FromBinary<object>(bytes);
        var type = Type.GetType(manifest, throwOnError: false)
            ?? throw new SerializationException($"Cannot find manifest class [{manifest}] for serializer with id [{serializerId}].");
        return serializer.FromBinary(bytes, type);
    }

    /// <summary>Sends a message through its serializer and back, for <c>serialize-messages</c>.</summary>
    internal object Verify(object message)
    {
        if (message is INoSerializationVerificationNeeded or AllDeadLetters)
            return message;
        var serializer = FindSerializerFor(message);
        var bytes = serializer.ToBinary(message);
        return serializer is SerializerWithStringManifest withManifest
            ? withManifest.FromBinary(bytes, withManifest.Manifest(message))
            : serializer.FromBinary(bytes, message.GetType());
    }

    private Serializer Find(Type type)
    {
        if (_bindings.TryGetValue(type, out var exact))
            return exact;
        var candidates = _bindings.Where(binding => binding.Key.IsAssignableFrom(type)).ToList();
        foreach (var (bound, serializer) in candidates)
        {
            if (!candidates.Any(other => other.Key != bound && bound.IsAssignableFrom(other.Key)))
                return serializer;
        }

        throw new SerializationException($"No serializer is bound to {type}, see akka.actor.serialization-bindings");
    }

    // A serializer that only some installations have must not keep the others from starting.
    private Type? Resolve(string typeName, string setting)
    {
        var type = Type.GetType(typeName, throwOnError: false);
        if (type is null)
            Warn($"{setting}: the type name '{typeName}' did not resolve to an actual type");
        return type;
    }

    private void Warn(string message) => System.EventStream.Publish(new Warning(nameof(Serialization), GetType(), message));

    private static Serializer Create(Type type, ExtendedActorSystem system) => (Serializer)Activator.CreateInstance(type, system)!;

    private static IEnumerable<KeyValuePair<string, string>> Entries(Config config, string path) =>
        config.GetConfig(path)!.AsEnumerable().Select(entry => KeyValuePair.Create(entry.Key, entry.Value.GetString()!));
}
