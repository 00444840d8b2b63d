namespace Akka.Conformance.Serializers;

/// <summary>A message that <see cref="MeasurementSerializer"/> refuses to write.</summary>
public sealed record Pressure(int Pascal) : IMeasurement;
