namespace Akka.Conformance.Serializers;

/// <summary>A message with a serializer of its own.</summary>
public sealed record Temperature(int Degrees) : IMeasurement;
