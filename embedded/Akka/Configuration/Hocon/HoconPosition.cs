namespace Akka.Configuration.Hocon;

/// <summary>Where something stands in a HOCON text; line and column count from 1.</summary>
internal readonly record struct HoconPosition(int Line, int Column)
{
    internal FormatException Error(string message) => new($"line {Line}, column {Column}: {message}");
}
