namespace Akka.Conformance.Serializers;

/// <summary>Bound to <see cref="MeasurementSerializer"/>.</summary>
public interface IMeasurement;
