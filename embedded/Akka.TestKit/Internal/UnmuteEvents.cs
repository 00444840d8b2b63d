using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>Tells the <see cref="TestEventListener"/> of filters that apply no longer.</summary>
internal sealed record UnmuteEvents(IReadOnlyList<LogFilter> Filters) : INoSerializationVerificationNeeded;
