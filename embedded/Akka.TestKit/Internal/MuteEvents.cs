using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>Tells the <see cref="TestEventListener"/> of filters that apply from now on.</summary>
internal sealed record MuteEvents(IReadOnlyList<LogFilter> Filters) : INoSerializationVerificationNeeded;
