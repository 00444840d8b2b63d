using System.Globalization;
using System.Reflection;
using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Util;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Newtonsoft.Json.Serialization;

namespace Akka.Serialization;

/// <summary>
/// JSON with type names, for whatever has no better serializer: constructors and private setters are used, references to actors travel
/// as their paths, and numbers in fields of type object keep their type.
/// </summary>
public class NewtonSoftJsonSerializer : Serializer
{
    private readonly JsonSerializerSettings _settings;

    public NewtonSoftJsonSerializer(ExtendedActorSystem system)
        : base(system) => _settings = new JsonSerializerSettings
        {
            TypeNameHandling = TypeNameHandling.All,
            PreserveReferencesHandling = PreserveReferencesHandling.Objects,
            NullValueHandling = NullValueHandling.Ignore,
            MissingMemberHandling = MissingMemberHandling.Ignore,
            ObjectCreationHandling = ObjectCreationHandling.Replace,
            ConstructorHandling = ConstructorHandling.AllowNonPublicDefaultConstructor,
            ContractResolver = new PrivateSetterResolver(),
            Converters = { new AkkaConverter(system) },
        };

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj) =>
        Encoding.UTF8.GetBytes(JsonConvert.SerializeObject(new Holder(obj), Formatting.None, _settings));

    public override object FromBinary(byte[] bytes, Type type) =>
        JsonConvert.DeserializeObject<Holder>(Encoding.UTF8.GetString(bytes), _settings)!.Value;

    /// <summary>Makes the outermost object a field of type object like any other, so that one rule serves for both.</summary>
    private sealed record Holder(object Value);

    private sealed class PrivateSetterResolver : DefaultContractResolver
    {
        protected override JsonProperty CreateProperty(MemberInfo member, MemberSerialization memberSerialization)
        {
            var property = base.CreateProperty(member, memberSerialization);
            if (!property.Writable && member is PropertyInfo { SetMethod: not null })
                property.Writable = true;
            return property;
        }
    }

    /// <summary>
    /// References to actors as surrogates, and numbers with a letter for their type: where an object is expected JSON alone would return
    /// them as long or double.
    /// </summary>
    private sealed class AkkaConverter(ActorSystem system) : JsonConverter
    {
        private const string Tag = "$";

        public override bool CanConvert(Type objectType) =>
            objectType == typeof(int) || objectType == typeof(float) || objectType == typeof(decimal) || objectType == typeof(object)
            || typeof(ISurrogated).IsAssignableFrom(objectType);

        public override void WriteJson(JsonWriter writer, object? value, JsonSerializer serializer)
        {
            var number = value switch
            {
                int i => "I" + i.ToString(CultureInfo.InvariantCulture),
                float f => "F" + f.ToString("R", CultureInfo.InvariantCulture),
                decimal m => "M" + m.ToString(CultureInfo.InvariantCulture),
                _ => null,
            };
            if (number is not null)
            {
                writer.WriteStartObject();
                writer.WritePropertyName(Tag);
                writer.WriteValue(number);
                writer.WriteEndObject();
            }
            else if (value is ISurrogated surrogated)
            {
                serializer.Serialize(writer, surrogated.ToSurrogate(system), typeof(object));
            }
            else
            {
                writer.WriteStartObject();
                writer.WriteEndObject();
            }
        }

        // Deserialize without a type does not come back to this converter.
        public override object? ReadJson(JsonReader reader, Type objectType, object? existingValue, JsonSerializer serializer) =>
            serializer.Deserialize(reader) switch
            {
                JObject tagged when (string?)tagged[Tag] is { } number => ParseNumber(number),
                ISurrogate surrogate => surrogate.FromSurrogate(system),
                var value => value,
            };

        private static object ParseNumber(string number) => number[0] switch
        {
            'I' => int.Parse(number.AsSpan(1), CultureInfo.InvariantCulture),
            'F' => float.Parse(number.AsSpan(1), CultureInfo.InvariantCulture),
            'M' => decimal.Parse(number.AsSpan(1), CultureInfo.InvariantCulture),
            _ => throw new SerializationException($"'{number}' is not a number with its type"),
        };
    }
}
