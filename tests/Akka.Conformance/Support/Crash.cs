namespace Akka.Conformance.Support;

/// <summary>Makes an actor of these tests throw <see cref="CrashException"/>.</summary>
public sealed record Crash(string Reason);
