using System.Globalization;
using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Serialization;

namespace Akka.Conformance.Serializers;

/// <summary>Writes measurements as text; knows two of them, by manifest.</summary>
public sealed class MeasurementSerializer : SerializerWithStringManifest
{
    private readonly ExtendedActorSystem _system;

    public MeasurementSerializer(ExtendedActorSystem system)
        : base(system) => _system = system;

    public override int Identifier => 4711;

    public override string Manifest(object o) => o switch
    {
        Temperature => "T",
        Introduction => "I",
        _ => "?",
    };

    public override byte[] ToBinary(object obj) => obj switch
    {
        Temperature temperature => Encoding.UTF8.GetBytes(temperature.Degrees.ToString(CultureInfo.InvariantCulture)),
        Introduction introduction => Encoding.UTF8.GetBytes(Akka.Serialization.Serialization.SerializedActorPath(introduction.Who)),
        _ => throw new SerializationException($"{obj.GetType().Name} cannot be written"),
    };

    public override object FromBinary(byte[] bytes, string manifest) => manifest switch
    {
        "T" => new Temperature(int.Parse(Encoding.UTF8.GetString(bytes), CultureInfo.InvariantCulture)),
        "I" => new Introduction(_system.Provider.ResolveActorRef(Encoding.UTF8.GetString(bytes))),
        _ => throw new SerializationException($"unknown manifest '{manifest}'"),
    };
}
