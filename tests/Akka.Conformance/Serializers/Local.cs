using Akka.Actor;

namespace Akka.Conformance.Serializers;

/// <summary>A message that never leaves the process: nothing can serialize it, and nothing tries.</summary>
public sealed record Local(object Anything) : INoSerializationVerificationNeeded;
